{#- A number as a double; NaN and infinity, which tables from other programs hold for "missing", as NULL. -#}
{% macro finite(x) -%}
    case when isfinite(({{ x }})::double) then ({{ x }})::double end
{%- endmacro %}
