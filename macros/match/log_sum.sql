{#- ln of a sum, from the logarithms of its terms (SQL expressions) and their weights.

    {{ log_sum(['ln_group_0', 'ln_group_1'], [0.9, 0.1]) }} -#}
{% macro log_sum(terms, weights) -%}
    {%- if terms | length == 1 -%} {{ terms[0] }}
    {%- else -%}
        {%- set weighted = [] -%}
        {%- for term in terms -%}
            {%- do weighted.append(term ~ ' + ln(' ~ weights[loop.index0] ~ '::double)') -%}
        {%- endfor -%}
        list_reduce(
            [{{ weighted | join(', ') }}],
            lambda a,
            b:greatest(a, b) + ln(1 + exp(least(a, b) - greatest(a, b)))
        )
    {%- endif -%}
{%- endmacro %}
