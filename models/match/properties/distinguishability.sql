-- Can the best candidate of a primary be told from its least likely one by one property? Two-sample
-- K-S test of the two in bins of the best one's separation, with its p-value smoothed over five
-- bins (Perez-Diaz et al. 2026, section III.2). A bin holds `bin_pairs` primaries, or fewer where
-- the sky is small. One row per bin and stratum (off-axis angles, for Chandra).
{% set match = match_settings() %}
{% set test = (match.classifier or {}).distinguishability %}
{{ config(enabled=test is not none and test is defined) }}
{% set test = test or {} %}
{% set second = match.catalogues[1].key %}
with
    ranked as (
        select
            primary_key,
            {{ test.stratum or 'null' }} as stratum,
            pair.separation,
            {{ test.property }} as property,
            row_number() over (best_first) as place,
            count(*) over (partition by primary_key) as n_candidates
        from {{ pairs_and_tables(match, [test.property, test.stratum]) }}
        where p_i is not null
        window
            best_first as (
                partition by primary_key order by p_i desc, pair.separation, pair.{{ second }}
            )
    ),

    sources as (
        select
            best.primary_key,
            best.stratum,
            best.separation as separation_arcsec,
            best.property as best_property,
            least_likely.property as least_property
        from ranked as best
        inner join ranked as least_likely using (primary_key)
        where
            best.place = 1
            and least_likely.place = least_likely.n_candidates
            and best.n_candidates > 1
            and best.property is not null
            and least_likely.property is not null
    ),

    -- the last bin takes what is left over
    binned as (
        select
            *,
            greatest(
                1, least({{ test.bin_pairs }}, divide(count(*) over (), {{ test.bins }}))
            ) as bin_size,
            least(
                divide(row_number() over (order by separation_arcsec, primary_key) - 1, bin_size),
                greatest(divide(count(*) over (), bin_size) - 1, 0)
            ) as bin
        from sources
    ),

    strata as (
        select *, 'all' as off_axis
        from binned
        {% if test.stratum %}
            union all
            select *, {{ labelled_bin('stratum', test.edges, test.unit) }} as off_axis
            from binned
            where stratum is not null
        {% endif %}
    ),

    edges as (
        select
            bin, min(separation_arcsec) as separation_low, max(separation_arcsec) as separation_high
        from binned
        group by bin
    ),

    magnitudes as (
        select off_axis, bin, best_property as property, 1 as is_best
        from strata
        union all
        select off_axis, bin, least_property as property, 0 as is_best
        from strata
    ),

    -- both empirical distributions after each magnitude; ties count together
    distributions as (
        select
            off_axis,
            bin,
            abs(
                sum(is_best) over up / sum(is_best) over whole
                - sum(1 - is_best) over up / sum(1 - is_best) over whole
            ) as distance
        from magnitudes
        window
            whole as (partition by off_axis, bin),
            up as (
                partition by off_axis, bin
                order by property
                range between unbounded preceding and current row
            )
    ),

    tests as materialized(
        select
            off_axis,
            bin,
            max(distance) as ks_statistic,
            divide(count(*), 2) as n_sources,
            ks_p_value(ks_statistic, n_sources) as p_value
        from distributions
        group by off_axis, bin
    )

select
    *,
    -- from here on the best candidate can no longer be told from the least likely one; NULL if it
    -- always can
    min(separation_high) filter (p_value_smoothed > 0.10) over (
        partition by off_axis
    ) as critical_separation
from
    (
        select
            off_axis,
            bin,
            separation_low,
            separation_high,
            n_sources,
            ks_statistic,
            p_value,
            case when count(*) over five = 5 then avg(p_value) over five end as p_value_smoothed
        from tests
        inner join edges using (bin)
        window five as (partition by off_axis order by bin rows between 2 preceding and 2 following)
    )
