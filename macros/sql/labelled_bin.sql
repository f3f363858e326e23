{#- The bin a value falls into, as text that sorts in the order of the bins: "2: 3 to 6 arcmin".
    Bins are closed below; the last one is open above.

    {{ labelled_bin('min_theta_mean', [0, 3, 6], 'arcmin') }} -#}
{% macro labelled_bin(value, edges, unit) -%}
    case
        {% for low in edges | reverse %}
            {% set n = edges | length - loop.index0 %}
            when {{ value }} >= {{ low }}
            then
                '{{ n }}: {{ low }} {{ "to " ~ edges[n] if n < edges | length else "and more" }} {{ unit }}'
        {% endfor %}
        else 'unknown'
    end
{%- endmacro %}
