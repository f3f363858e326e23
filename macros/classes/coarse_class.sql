{#- The coarse class of a class by var classifiers, as SQL over the columns of a classifier's name
    and of the class: coarse_class('classifier', 'class'). -#}
{% macro coarse_class(classifier, class) -%}
    case
        {{ classifier }}
        {%- for name, entry in var('classifiers').items() %}
            when '{{ name }}'
            then
                case
                    {{ class }}
                    {% for fine, rough in entry.classes.items() %}
                        when '{{ fine }}' then '{{ rough }}'
                    {% endfor %}
                end
        {%- endfor %}
    end
{%- endmacro %}
