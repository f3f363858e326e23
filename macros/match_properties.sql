{#- The properties of var match_features that belong to one catalogue (`xray` or `gaia`), as columns of numbers;
    a category is its position in the list, counted from 0. -#}
{% macro match_properties(catalogue) -%}
    {%- for feature in var('match_features') if feature.of == catalogue %}
    {% if feature.kind == 'number' -%}
    {{ feature.name }}
    {%- elif feature.kind == 'log' -%}
    {{ signed_log1p(feature.name) }} as {{ feature.name }}
    {%- elif feature.kind == 'flag' -%}
    {{ feature.name }}::integer::double as {{ feature.name }}
    {%- elif feature.kind == 'category' -%}
    case {{ feature.name }}
        {%- for category in feature.categories %} when '{{ category }}' then {{ loop.index0 }}::double{% endfor %} end as {{ feature.name }}
    {%- else -%}
    {{ exceptions.raise_compiler_error("var match_features: " ~ feature.name ~ " is of kind '" ~ feature.kind ~ "'; it must be number, log, flag or category") }}
    {%- endif -%}
    {{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
