{#- The table of a catalogue of var match in SQL: a model of this project, or Parquet files (a path or a pattern). -#}
{% macro match_table(catalogue) -%}
    {{ "read_parquet('" ~ catalogue.table ~ "')" if '/' in catalogue.table or '.parquet' in catalogue.table else ref(catalogue.table) }}
{%- endmacro %}
