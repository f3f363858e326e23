{#- A model's schema is its folder's name, without dbt's prefix: staging, counterparts, release. The tables of a match of any
    catalogues (models/matching) lie in a schema of its own name. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (var('match') or {}).get('name', 'matching') if custom_schema_name == 'matching' else custom_schema_name or target.schema }}
{%- endmacro %}
