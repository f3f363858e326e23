-- Can the best candidate of an X-ray source be told from its least likely one by G magnitude? Two-sample K-S test of the two
-- in bins of the best one's separation, with its p-value smoothed over five bins (Perez-Diaz et al. 2026, section III.2).
-- Bins hold var distinguishability_bin_pairs sources, or fewer where the sky is small. One row per bin and range of off-axis angle.
with ranked as (
    select
        xray_key,
        min_theta_mean,
        separation_arcsec,
        phot_g_mean_mag,
        row_number() over (best_first) as place,
        count(*) over (partition by xray_key) as n_candidates
    from {{ ref('posteriors') }}
    inner join {{ ref('candidates') }} using (xray_key, gaia_source_id, separation_arcsec)
    inner join {{ ref('xray_positions') }} using (xray_key)
    where ncat = 2 and p_i is not null
    window best_first as (partition by xray_key order by p_i desc, separation_arcsec, gaia_source_id)
),

sources as (
    select
        best.xray_key,
        best.min_theta_mean,
        best.separation_arcsec,
        best.phot_g_mean_mag as best_g,
        least_likely.phot_g_mean_mag as least_g
    from ranked as best
    inner join ranked as least_likely using (xray_key)
    where
        best.place = 1
        and least_likely.place = least_likely.n_candidates
        and best.n_candidates > 1
        and best.phot_g_mean_mag is not null
        and least_likely.phot_g_mean_mag is not null
),

-- the last bin takes what is left over
binned as (
    select
        *,
        greatest(1, least({{ var('distinguishability_bin_pairs') }}, count(*) over () // {{ var('distinguishability_bins') }})) as bin_size,
        least(
            (row_number() over (order by separation_arcsec, xray_key) - 1) // bin_size,
            greatest(count(*) over () // bin_size - 1, 0)
        ) as bin
    from sources
),

strata as (
    select *, 'all' as off_axis from binned
    union all
    select *, {{ labelled_bin('min_theta_mean', [0, 3, 6], 'arcmin') }} as off_axis from binned
    where min_theta_mean is not null
),

edges as (
    select
        bin,
        min(separation_arcsec) as separation_low,
        max(separation_arcsec) as separation_high
    from binned
    group by bin
),

magnitudes as (
    select off_axis, bin, best_g as g, 1 as is_best from strata
    union all
    select off_axis, bin, least_g as g, 0 as is_best from strata
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
        up as (partition by off_axis, bin order by g range between unbounded preceding and current row)
),

tests as materialized (
    select
        off_axis,
        bin,
        max(distance) as ks_statistic,
        count(*) // 2 as n_sources,
        ks_p_value(ks_statistic, n_sources) as p_value
    from distributions
    group by off_axis, bin
)

select
    off_axis,
    bin,
    separation_low,
    separation_high,
    n_sources,
    ks_statistic,
    p_value,
    case
        when count(*) over five = 5 then avg(p_value) over five
    end as p_value_smoothed
from tests
inner join edges using (bin)
window five as (partition by off_axis order by bin rows between 2 preceding and 2 following)
