{#- How a class is called in names of columns: 'HM-STAR' is hm_star. -#}
{% macro class_column(name) -%}
    {{ return(name | lower | replace('-', '_')) }}
{%- endmacro %}
