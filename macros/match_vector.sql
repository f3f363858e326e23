{#- All properties of `features` (left out: var match_features), in their order, as the list that a trained model is called with. -#}
{% macro match_vector(features=none) -%}
    [{{ (features or var('match_features')) | map(attribute='name') | join(', ') }}]
{%- endmacro %}
