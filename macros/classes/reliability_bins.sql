{#- Bins of claims of a probability: how many there are in each tenth, how many are true, and the
    mean claim beside the true share. `claims` has columns `by`, p (0 to 1) and a boolean `holds`.

    {{ reliability_bins('claims', ['classifier']) }} -#}
{% macro reliability_bins(claims, by) -%}
    {%- set by = by | join(', ') ~ ',' if by else '' -%}
    select
        {{ by }}
        least(floor(p * 10), 9)::integer as bin,
        bin / 10.0::double as p_low,
        (bin + 1) / 10.0::double as p_high,
        count(*)::integer as n_claims,
        count(*) filter (holds)::integer as n_true,
        {{ exact_sum('p') }} / n_claims as p_mean,
        n_true / n_claims as fraction_true
    from {{ claims }}
    group by all
    order by {{ by }} bin
{%- endmacro %}
