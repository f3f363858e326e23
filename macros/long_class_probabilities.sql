{#- The probabilities p_<class> of a relation as rows: the given columns, of_class and p. -#}
{% macro long_class_probabilities(relation, columns) -%}
    {% for name in var('muwclass_classes') %}
    select {{ columns }}, '{{ name }}' as of_class, p_{{ class_column(name) }} as p from {{ relation }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
{%- endmacro %}
