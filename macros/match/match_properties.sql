{#- The properties of `features` that belong to one catalogue (its name, or `both`), as columns of numbers: the column of that name, or
    the expression `value`; a category is its position in the list, counted from 0. -#}
{% macro match_properties(catalogue, features) -%}
    {%- for feature in features if feature.of == catalogue %}
    {% set value = '(' ~ feature.value ~ ')' if feature.value else feature.name %}
    {% if feature.kind == 'number' -%}
    {{ value }}::double as {{ feature.name }}
    {%- elif feature.kind == 'log' -%}
    {{ signed_log1p(value) }} as {{ feature.name }}
    {%- elif feature.kind == 'flag' -%}
    {{ value }}::integer::double as {{ feature.name }}
    {%- elif feature.kind == 'category' -%}
    case {{ value }}
        {%- for category in feature.categories %} when '{{ category }}' then {{ loop.index0 }}::double{% endfor %} end as {{ feature.name }}
    {%- endif -%}
    {{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
