{#- The columns n_<class> of macro class_counts as text: '5HM-STAR, 1LM-STAR, 29YSO'. NULL if all are 0. -#}
{% macro class_summary() -%}
    nullif(concat_ws(', '
        {%- for name in var('muwclass_classes') %}, case when n_{{ class_column(name) }} > 0 then n_{{ class_column(name) }} || '{{ name }}' end{% endfor -%}
    ), '')
{%- endmacro %}
