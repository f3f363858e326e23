{#- The seven classes of XClass, group by group. -#}
{% macro xclass_classes() -%}
    {%- set classes = [] -%}
    {%- for members in var('xclass_groups').values() -%}{%- do classes.extend(members) -%}{%- endfor -%}
    {{ return(classes) }}
{%- endmacro %}
