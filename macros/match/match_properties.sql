{#- The properties of `features` that belong to one catalogue (its name, or `both`), as columns
    of numbers: the column of that name, or the expression `value`; a category is its position in
    the list, counted from 0.

    {{ match_properties('gaia', match.classifier.features) }} -#}
{% macro match_properties(catalogue, features) -%}
    {%- for feature in features if feature.of == catalogue %}
        {% set value = '(' ~ feature.value ~ ')' if feature.value else quoted(feature.name) %}
        {% if feature.kind == 'number' -%} {{ value }}::double as {{ quoted(feature.name) }}
        {%- elif feature.kind == 'log' -%} {{ _signed_log1p(value) }} as {{ quoted(feature.name) }}
        {%- elif feature.kind == 'flag' -%}
            {{ value }}::integer::double as {{ quoted(feature.name) }}
        {%- elif feature.kind == 'category' -%}
            case
                {{ value }}
                {%- for category in feature.categories %}
                    when '{{ category }}' then {{ loop.index0 }}::double
                {% endfor %}
            end as {{ quoted(feature.name) }}
        {%- endif -%}
        {{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- sign(x) log(1 + |x|): log1p as published for positive numbers, and its mirror image below
    zero, where log1p ends at -1 and would lose every radial velocity of approach and many
    parallaxes of faint sources. -#}
{% macro _signed_log1p(x) -%}
    case
        -- where 1 + |x| would round the digits of x away, as for photon fluxes: the series
        when abs({{ x }}) < 1e-4
        then {{ x }} - {{ x }} * abs({{ x }}) / 2 + {{ x }} * {{ x }} * {{ x }} / 3
        else sign({{ x }}) * ln(1 + abs({{ x }}))
    end
{%- endmacro %}
