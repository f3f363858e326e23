{#- The pairs of filters, as places in var sed_output_filters, whose magnitudes' differences are
    features: neighbours, those three apart, and first and last. Nine for the six filters of PHAT,
    as in Rangelov et al., section 4.1, who name two of the four wide ones. -#}
{% macro xclass_colours() -%}
    {%- set n, pairs = var('sed_output_filters') | length, [] -%}
    {%- for step in [1, 3] -%}
        {%- for blue in range([n - step, 0] | max) -%}
            {%- do pairs.append([blue, blue + step]) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if n > 2 and [0, n - 1] not in pairs -%}
        {%- do pairs.append([0, n - 1]) -%}
    {%- endif -%}
    {{ return(pairs) }}
{%- endmacro %}
