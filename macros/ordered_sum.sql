{#- Sum of numbers of any size, taken from the least to the greatest, so that it is the same to the last bit in whatever
    order, and on however many threads, the rows come. NULL of no number. -#}
{% macro ordered_sum(x) -%}
    sum({{ x }} order by {{ x }})
{%- endmacro %}
