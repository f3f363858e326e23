{#- A CSC quantity with its lower and upper 68 % limit, in the archive's names: the band comes last,
    as in flux_aper90_lolim_b; quantities without a band end in the limit, as in hard_hm_lolim.

    {{ with_limits('flux_aper90', 'b') }} -#}
{% macro with_limits(quantity, band=none) -%}
    {% for limit in ['', '_lolim', '_hilim'] %}
        {% set name = quantity ~ limit ~ ('_' ~ band if band else '') %}
        {{ number(name) }} as {{ name }}{{ ',' if not loop.last }}
    {% endfor %}
{%- endmacro %}
