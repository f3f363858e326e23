{#- The column name of a class: 'HM-STAR' is hm_star. -#}
{% macro class_column(name) -%}
    {{ return(name | lower | replace('-', '_')) }}
{%- endmacro %}
