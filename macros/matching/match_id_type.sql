{#- The SQL type of the ids of a catalogue of var match. -#}
{% macro match_id_type(catalogue) -%}
    {{ run_query('select typeof(' ~ catalogue.id ~ ') from ' ~ match_table(catalogue) ~ ' limit 1').columns[0].values()[0] }}
{%- endmacro %}
