{#- A model's schema is its folder's name, without dbt's prefix: staging, match, release. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}
