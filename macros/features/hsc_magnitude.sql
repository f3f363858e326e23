{#- The column of staging model stg_hsc__sources that a filter of seed sed_filters is measured in, NULL where Hubble has no such filter. -#}
{% macro hsc_magnitude(name) -%}
    {%- set column = name.replace('wfc3_uvis_', 'w3_').replace('wfc3_ir_', 'w3_').replace('acs_wfc_', 'a_') -%}
    {{ return(column if column in hsc_filters() | map('lower') | list else 'null::double') }}
{%- endmacro %}
