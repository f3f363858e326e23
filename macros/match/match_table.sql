{#- The table of a catalogue of var match in SQL: a model of this project, or Parquet files (a
    path or a pattern); of its rows those for which its condition `where` holds.

    {{ match_table(match.catalogues[0]) }} -#}
{% macro match_table(catalogue) -%}
    {%- set table = "read_parquet('" ~ catalogue.table ~ "')" if _is_match_file(catalogue) else ref(catalogue.table) | string -%}
    {{ '(select * from ' ~ table ~ ' where ' ~ catalogue.where ~ ')' if catalogue.where else table }}
{%- endmacro %}

{% macro _is_match_file(catalogue) -%}
    {{ return('/' in catalogue.table or '.parquet' in catalogue.table) }}
{%- endmacro %}

{#- A column of a catalogue (or a number) as a double, NULL where it is missing: in a file NaN
    and infinity may stand for that, in a model of this project only NULL does. -#}
{% macro match_number(catalogue, column) -%}
    {%- if column is none -%} null::double
    {%- elif _is_match_file(catalogue) -%} {{ finite(column) }}
    {%- else -%} {{ column }}::double
    {%- endif -%}
{%- endmacro %}

{#- The table of a catalogue that features and conditions read: `properties`, or that of its
    positions. -#}
{% macro match_properties_table(catalogue) -%}
    {{ ref(catalogue.properties) if catalogue.properties else match_table(catalogue) }}
{%- endmacro %}
