{#- For each source the largest log10 weight of its candidates, and the sum of all weights in
    units of that one: so no sum overflows, and none vanishes. `weighted` is a relation with the
    column `key`, and the one `log10_weight` names.

    {{ weights_by_source('weighted') }} -#}
{% macro weights_by_source(weighted, log10_weight='log10_weight', key='primary_key') -%}
    select
        {{ key }},
        log10_best,
        {{ exact_sum('pow(10, ' ~ log10_weight ~ ' - log10_best)') }} as total
    from {{ weighted }}
    inner join
        (
            select {{ key }}, max({{ log10_weight }}) as log10_best
            from {{ weighted }}
            group by {{ key }}
        ) using ({{ key }})
    group by {{ key }}, log10_best
{%- endmacro %}
