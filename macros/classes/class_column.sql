{#- How a class is called in names of columns: 'HM-STAR' is hm_star, 'TTau*' is ttau. -#}
{% macro class_column(name) -%}
    {{ return(name | lower | replace('-', '_') | replace('*', '')) }}
{%- endmacro %}

{#- The columns p_<class> of classes as a list in their order, NULL of a class that did not train:
    class_probability_list(classes_of('muwclass')). -#}
{% macro class_probability_list(names) -%}
    [
        {% for name in names %}p_{{ class_column(name) }}{{ ', ' if not loop.last }}{% endfor %}
    ]::double[]
{%- endmacro %}
