{#- Numbers of a group's rows of each class among those that a condition holds for, as columns n_<class>. -#}
{% macro class_counts(class, condition) -%}
    {% for name in var('muwclass_classes') %}
    count(*) filter ({{ class }} = '{{ name }}' and {{ condition }})::integer as n_{{ class_column(name) }}{{ ',' if not loop.last }}
    {% endfor %}
{%- endmacro %}
