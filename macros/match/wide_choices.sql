{#- Errors that are a mixture of a core and wide wings: every choice of which of the catalogues
    (some of var match) have their wide errors, as a list of {suffix, weight, scales by catalogue
    number}. Without a mixture, one choice.

    wide_choices(match.catalogues) is [{'suffix': '_0', 'weight': 1.0, 'scales': {}}] -#}
{% macro wide_choices(catalogues) -%}
    {%- set wide = catalogues | selectattr('mixture') | list -%}
    {%- set choices = [] -%}
    {%- for choice in range(2 ** (wide | length)) -%}
        {%- set scales, weight = {}, [1.0] -%}
        {%- for catalogue in wide -%}
            {%- if (choice // 2 ** loop.index0) % 2 -%}
                {%- do scales.update({catalogue.number: catalogue.mixture.scale}) -%}
                {%- do weight.append(weight.pop() * catalogue.mixture.share) -%}
            {%- else -%} {%- do weight.append(weight.pop() * (1 - catalogue.mixture.share)) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- do choices.append({'suffix': '_' ~ choice, 'weight': weight[0], 'scales': scales}) -%}
    {%- endfor -%}
    {{ return(choices) }}
{%- endmacro %}
