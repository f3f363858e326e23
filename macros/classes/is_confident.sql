{#- Whether the column `confidence` reaches what var classifiers asks of the classifier that the
    column `classifier` names; NULL of one that asks nothing.

    {{ is_confident() }} -#}
{% macro is_confident() -%}
    case
        when confidence is null
        then null::boolean
        {%- for name, entry in var('classifiers').items() if entry.confident is not none %}
            when classifier = '{{ name }}' then confidence >= {{ entry.confident }}
        {%- endfor %}
    end
{%- endmacro %}
