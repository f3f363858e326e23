{#- log10 of what is above zero, else NULL: DuckDB stops at the logarithm of zero.
    positive_log10('flux_b'). -#}
{% macro positive_log10(x) -%}
    (case when {{ x }} > 0 then log10({{ x }}) end)
{%- endmacro %}

{#- Hardness of two fluxes, -1 to 1: hardness('hard', 'soft'). -#}
{% macro hardness(one, other) -%}
    ({{ one }} - {{ other }}) / nullif({{ one }} + {{ other }}, 0)
{%- endmacro %}

{#- The differences of magnitudes of a mapping of bands to columns, by name: all_colours({'G':
    'gmag', 'J': 'jmag'}) is {'G-J': 'gmag - jmag', ...}. -#}
{% macro all_colours(bands) -%}
    {%- set colours = {} -%}
    {%- for blue in bands -%}
        {%- for red in bands if red != blue -%}
            {%- do colours.update({blue ~ '-' ~ red: bands[blue] ~ ' - ' ~ bands[red]}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(colours) }}
{%- endmacro %}
