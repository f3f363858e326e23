{#- Names as a list of SQL texts: class_names(['AGN', 'CV']) is ['AGN', 'CV']. -#}
{% macro class_names(names) -%}
    ['{{ names | join("', '") }}']
{%- endmacro %}

{#- The columns p_<class> of classes as a list in their order, NULL of a class that did not train:
    class_probability_list(classes_of('muwclass')). -#}
{% macro class_probability_list(names) -%}
    [{% for name in names %}p_{{ class_column(name) }}{{ ', ' if not loop.last }}{% endfor %}]::double[]
{%- endmacro %}
