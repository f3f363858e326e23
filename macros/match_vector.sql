{#- All properties of var match_features, in its order, as the list that a trained model is called with. -#}
{% macro match_vector() -%}
    [{{ var('match_features') | map(attribute='name') | join(', ') }}]
{%- endmacro %}
