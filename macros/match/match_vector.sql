{#- All properties of `features`, in their order, as the list that a trained model is called with. -#}
{% macro match_vector(features) -%}
    [{{ (features or []) | map(attribute='name') | join(', ') }}]
{%- endmacro %}
