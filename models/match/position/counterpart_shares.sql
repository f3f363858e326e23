-- The share of primaries that have a counterpart in the second catalogue, estimated from their
-- positions: the q that makes the product of q E + 1 - q over the primaries largest, where E is
-- the evidence of all candidates together; by expectation and maximization (Dempster et al. 1977,
-- JRSS B 39, 1), with one primary that has a counterpart and one that has none added to those of
-- the table. Deep fields and crowded ones differ, so by tenths of the second catalogue's density,
-- of at least 200 primaries each. One row per bin.
{% set match = match_settings() %}
{{ config(enabled=match.is_estimated) }}
with recursive
    evidence as materialized(
        select primary_key, density_deg2, coalesce(pow(10, log10_best) * total, 0) as evidence
        from {{ ref('primaries') }}
        inner join {{ ref('primary_densities') }} using (primary_key)
        left join
            ({{ weights_by_source(ref('pair_evidence'), 'log10_evidence') }}) using (primary_key)
        where not is_fake and major is not null and minor is not null
    ),

    binned as materialized(
        select
            *,
            least(10, greatest(1, divide(count(*) over (), 200))) as n_bins,
            divide((rank() over (order by density_deg2) - 1) * n_bins, count(*) over ())::integer
            as bin
        from evidence
    ),

    steps as (
        select bin, 0 as step, 0.5::double as share
        from binned
        group by bin
        union all
        select
            bin,
            any_value(step) + 1,
            ({{ exact_sum('share * evidence / (share * evidence + 1 - share)') }} + 1)
            / (count(*) + 2)
        from steps
        inner join binned using (bin)
        where step < 100
        group by bin
    )

select
    bin,
    -- so that the bins hold every density
    case when bin > 0 then min(density_deg2) / 3600 else 0.0 end as density_low,
    max(density_deg2) / 3600 as density_high,
    count(*)::integer as n_primaries,
    any_value(share) as share,
    -- from the curvature of the logarithm of that product
    1 / sqrt(
        {{ ordered_sum('pow((evidence - 1) / (share * evidence + 1 - share), 2)') }}
        + any_value(1 / (share * share) + 1 / ((1 - share) * (1 - share)))
    ) as share_error
from binned
inner join (select bin, share from steps where step = 100) using (bin)
group by bin
order by bin
