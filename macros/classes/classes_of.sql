{#- The classes that a classifier of var classifiers tells apart, in their order, as a list; none
    where it is left out. classes_of('muwclass') is ['AGN', 'CV', ...]. -#}
{% macro classes_of(classifier) -%}
    {{ return(var('classifiers').get(classifier, {}).get('classes', {}) | list) }}
{%- endmacro %}
