{#- A filter by its short name: 'acs_wfc_f475w' is F475W. -#}
{% macro short_filter(name) -%}
    {{ return(name.split('_')[-1] | upper) }}
{%- endmacro %}
