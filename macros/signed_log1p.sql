{#- sign(x) log(1 + |x|): log1p as published for positive numbers, and its mirror image below zero, where log1p ends at -1
    and would lose every radial velocity of approach and many parallaxes of faint sources. -#}
{% macro signed_log1p(x) -%}
    case
        -- where 1 + |x| would round the digits of x away, as for photon fluxes: the series
        when abs({{ x }}) < 1e-4 then {{ x }} - {{ x }} * abs({{ x }}) / 2 + {{ x }} * {{ x }} * {{ x }} / 3
        else sign({{ x }}) * ln(1 + abs({{ x }}))
    end
{%- endmacro %}
