-- NWAY's probabilities for two catalogues: Salvato et al. 2018, MNRAS 473, 4937, App. B.
-- One row per candidate, and one per X-ray source for the hypothesis that none of them is the counterpart.
with weighted as (
    select
        xray_key,
        gaia_source_id,
        separation_arcsec,
        {{ log10_bayes_factor('xray', 'candidates') }} as log10_bf,
        log10_prior,
        log10_bf + log10_prior as log10_weight  -- W of the candidate; the hypothesis of none has W = 1
    from {{ ref('candidates') }} as candidates
    inner join {{ ref('xray_positions') }} as xray using (xray_key)
    cross join {{ ref('gaia_density') }}
),

totals as (
    select
        *,
        1 / (1 + pow(10, -(log10_best + log10(total)))) as p_any
    from ({{ weights_by_source('weighted') }})
),

candidate_rows as (
    select
        xray_key,
        gaia_source_id,
        2 as ncat,
        separation_arcsec,
        log10_bf,
        1 / (1 + (pow(10, -log10_prior) - 1) * pow(10, -log10_bf)) as p_single,
        p_any,
        pow(10, log10_weight - log10_best) as share_of_best,
        share_of_best / total as p_i,
        case
            when log10_weight = log10_best then 1
            when share_of_best > {{ var('acceptable_ratio') }} then 2
            else 0
        end as match_flag
    from weighted
    inner join totals using (xray_key)
),

none_rows as (
    select
        xray_key,
        null::bigint as gaia_source_id,
        1 as ncat,
        null::double as separation_arcsec,
        0.0 as log10_bf,
        1.0 as p_single,
        case
            when totals.xray_key is null then 0.0
            else p_any
        end as p_any,
        0.0 as p_i,
        case when totals.xray_key is null then 1 else 0 end as match_flag
    from {{ ref('xray_positions') }}
    left join totals using (xray_key)
)

select * exclude (share_of_best) from candidate_rows
union all
select * from none_rows
