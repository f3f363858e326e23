{#- A measured number, or NULL where the catalogue says "missing" with NaN, infinity or a sentinel.
    How many values this sets to NULL is counted in staging.missing_values. Nearly all values lie above every
    sentinel and pass on the first comparison, which NaN, being above infinity in DuckDB, does not. -#}
{% macro number(column) -%}
    case
        when {{ column }} > {{ var('missing_sentinels') | max }} and {{ column }} < 'infinity'::double then {{ column }}
        when isfinite({{ column }}) and {{ column }} not in ({{ var('missing_sentinels') | join(', ') }}) then {{ column }}
    end
{%- endmacro %}
