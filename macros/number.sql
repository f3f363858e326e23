{#- A measured number, or NULL where the catalogue says "missing" with NaN, infinity or a sentinel.
    How many values this sets to NULL is counted in staging.missing_values. -#}
{% macro number(column) -%}
    case when isfinite({{ column }}) and {{ column }} not in ({{ var('missing_sentinels') | join(', ') }}) then {{ column }} end
{%- endmacro %}
