{#- A column of somebody's table by its name, whatever characters that has.

    {{ quoted('Source Name') }} -#}
{% macro quoted(name) -%}
    {{ return('"' ~ name | string | replace('"', '""') ~ '"') }}
{%- endmacro %}
