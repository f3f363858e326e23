{#- Sum of numbers between -2048 and 2048, taken in integers of 2^-52, so that it is the same to
    the last bit in whatever order, and on however many threads, the rows come.

    {{ exact_sum('p_i') }} -#}
{% macro exact_sum(x) -%}
    (sum(round(({{ x }}) * pow(2, 52))::bigint)::double / pow(2, 52))
{%- endmacro %}

{#- Sum of numbers of any size, taken from the least to the greatest, so that it is the same to
    the last bit in whatever order, and on however many threads, the rows come. NULL of no
    number. -#}
{% macro ordered_sum(x) -%} sum({{ x }} order by {{ x }}) {%- endmacro %}
