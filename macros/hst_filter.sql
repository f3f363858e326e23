{#- A filter by its short name: 'acs_wfc_f475w' is F475W. -#}
{% macro short_filter(name) -%}
    {{ return(name.split('_')[-1] | upper) }}
{%- endmacro %}

{#- The column of staging model stg_hsc__sources that a filter of seed sed_filters is measured in, NULL where Hubble has no such filter. -#}
{% macro hsc_magnitude(name) -%}
    {%- set column = name.replace('wfc3_uvis_', 'w3_').replace('wfc3_ir_', 'w3_').replace('acs_wfc_', 'a_') -%}
    {{ return(column if column in hsc_filters() | map('lower') | list else 'null::double') }}
{%- endmacro %}

{#- The pairs of filters, as places in var sed_output_filters, whose magnitudes' differences are features: neighbours, those three apart, and
    first and last. Nine for the six filters of PHAT, as in Rangelov et al., section 4.1, who name two of the four wide ones. -#}
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
