{#- What is wrong with var classifiers: a list of messages. -#}
{% macro classifier_problems() -%}
    {%- set problems, known = [], ['AGN', 'CV', 'HM-STAR', 'HMXB', 'LM-STAR', 'LMXB', 'NS', 'YSO'] -%}
    {%- for name, entry in var('classifiers').items() -%}
        {%- if entry is not mapping or entry.classes is not mapping or not entry.classes
                or ['confident', 'errors', 'held_out', 'knows_fields'] | reject('in', entry) | list -%}
            {%- do problems.append(
                'classifiers: ' ~ name ~ ' must have classes, each with its coarse class, and confident, errors, held_out and knows_fields'
            ) -%}
        {%- endif -%}
        {#- whose labels are one table, and whose draws redden one of these -#}
        {%- if name in ['muwclass', 'lynceus'] and (entry.classes or {}) | list | sort != known -%}
            {%- do problems.append('classifiers: ' ~ name ~ ' must tell apart ' ~ known | join(', ')) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(problems) }}
{%- endmacro %}
