{#- The classes that a classifier of var classifiers tells apart, in their order, as a list.
    classes_of('muwclass') is ['AGN', 'CV', ...]. -#}
{% macro classes_of(classifier) -%}
    {{ return(var('classifiers')[classifier].classes | list) }}
{%- endmacro %}
