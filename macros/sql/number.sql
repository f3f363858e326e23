{#- A measured number, or NULL where the catalogue says "missing" with NaN, infinity or a
    sentinel. How many values this sets to NULL is counted in staging.missing_values. Nearly all
    values lie above every sentinel and pass at once; the others are compared one by one, as
    DuckDB would join every row with a list behind IN. Only isfinite sees NaN: DuckDB decides
    comparisons by the file's minimum and maximum, which leave NaN out.

    {{ number('ra_error') }} -#}
{% macro number(column) -%}
    case
        when {{ column }} > {{ var('missing_sentinels') | max }} and isfinite({{ column }})
        then {{ column }}
        when
            isfinite({{ column }})
            {%- for sentinel in var('missing_sentinels') %}
                and {{ column }} <> {{ sentinel }}
            {% endfor %}
        then {{ column }}
    end
{%- endmacro %}

{#- A number as a double; NaN and infinity, which tables from other programs hold for "missing",
    as NULL. -#}
{% macro finite(x) -%}
    case when isfinite(({{ x }})::double) then ({{ x }})::double end
{%- endmacro %}
