{#- Names as an SQL list of texts: text_list(['AGN', 'CV']) is ['AGN', 'CV']. -#}
{% macro text_list(names) -%}
    [{% for name in names %}{{ dbt.string_literal(name) }}{{ ', ' if not loop.last }}{% endfor %}]
{%- endmacro %}

{#- A column of somebody's table by its name, whatever characters that has.

    {{ quoted('Source Name') }} -#}
{% macro quoted(name) -%}
    {{ return('"' ~ name | string | replace('"', '""') ~ '"') }}
{%- endmacro %}
