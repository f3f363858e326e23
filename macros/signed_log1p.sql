{#- sign(x) log(1 + |x|): log1p as published for positive numbers, and its mirror image below zero, where log1p ends at -1
    and would lose every radial velocity of approach and many parallaxes of faint sources. -#}
{% macro signed_log1p(x) -%}
    (sign({{ x }}) * ln(1 + abs({{ x }})))
{%- endmacro %}
