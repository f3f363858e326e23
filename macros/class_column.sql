{#- The column with the probability of a class: 'HM-STAR' is p_hm_star. -#}
{% macro class_column(name) -%}
    p_{{ name | lower | replace('-', '_') }}
{%- endmacro %}
