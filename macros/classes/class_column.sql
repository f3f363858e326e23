{#- How a class is called in names of columns: 'HM-STAR' is hm_star, 'TTau*' is ttau. -#}
{% macro class_column(name) -%}
    {{ return(name | lower | replace('-', '_') | replace('*', '')) }}
{%- endmacro %}
