{#- For each X-ray source the largest log10 weight of its candidates, and the sum of all weights in units of that one:
    so no sum overflows, and none vanishes. `weighted` is a relation with xray_key, and the column `log10_weight` names. -#}
{% macro weights_by_source(weighted, log10_weight='log10_weight') -%}
    select
        xray_key,
        log10_best,
        {{ exact_sum('pow(10, ' ~ log10_weight ~ ' - log10_best)') }} as total
    from {{ weighted }}
    inner join (
        select
            xray_key,
            max({{ log10_weight }}) as log10_best
        from {{ weighted }}
        group by xray_key
    ) using (xray_key)
    group by xray_key, log10_best
{%- endmacro %}
