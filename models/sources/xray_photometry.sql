-- Fluxes of each X-ray source averaged over its detections, hardness and variability: Yang et al.
-- 2022, section 2.2.
{% set bands = ['s', 'm', 'h'] %}
with
    sources as (select * from {{ ref('stg_csc__sources') }}),

    detections as (select * from {{ ref('xray_detections') }}),

    -- weights are the inverse variances (equations 3a and 3b)
    averages as (
        select
            csc_name,
            count(*) filter (is_kept) as n_observations,
            count(*) filter (not is_kept) as n_dropped,
            count(flux_b) filter (is_kept) as n_broad,
            sum(n_unusable_fluxes) filter (is_kept) as n_unusable_fluxes,
            -- as published: of the detections with a broad-band flux
            max(kp_prob_b) filter (is_kept and flux_b is not null) as var_intra_prob,
            {% for band in bands + ['b'] %}
                {{ ordered_sum('flux_' ~ band ~ ' / variance_' ~ band) }} filter (
                    is_kept
                ) as weighted_{{ band }},
                {{ ordered_sum('1 / variance_' ~ band) }} filter (is_kept) as weights_{{ band }},
            {% endfor %}
        from detections
        group by csc_name
    ),

    -- of a constant broad-band flux (equation 4a)
    variability as (
        select
            csc_name,
            {{ ordered_sum('pow(flux_b - weighted_b / weights_b, 2) / variance_b') }} as chisqr
        from detections
        inner join averages using (csc_name)
        where is_kept and n_broad > 1
        group by csc_name
    ),

    filled as (
        select
            csc_name,
            coalesce(n_observations, 0) as n_observations,
            coalesce(n_dropped, 0) as n_dropped,
            coalesce(n_unusable_fluxes, 0)::bigint as n_unusable_fluxes,
            coalesce(weights_s, weights_m, weights_h) is null as has_no_flux,
            {% set unseen = ['0', '0', var('missing_flux_limit')] %}
            {% for band in bands %}
                case
                    when weights_{{ band }} is not null
                    then weighted_{{ band }} / weights_{{ band }}
                    when not has_no_flux
                    then {{ fechner_mean(*unseen) }}
                end as flux_{{ band }},
                case
                    when weights_{{ band }} is not null
                    then 1 / weights_{{ band }}
                    when not has_no_flux
                    then {{ fechner_variance(*unseen) }}
                end as variance_{{ band }},
            {% endfor %}
            (weights_s is null)::integer
            + 2 * (weights_m is null)::integer
            + 4 * (weights_h is null)::integer as flux_flag,
            chisqr,
            case when n_broad > 0 then n_broad - 1 end as dof,
            var_intra_prob,
        from sources
        left join averages using (csc_name)
        left join variability using (csc_name)
    )

select
    csc_name,
    n_observations,
    n_dropped,
    n_unusable_fluxes,
    {% for band in bands %}
        flux_{{ band }}, sqrt(variance_{{ band }}) as e_flux_{{ band }},
    {% endfor %}
    flux_s + flux_m + flux_h as flux_b,
    sqrt(variance_s + variance_m + variance_h) as e_flux_b,
    (flux_m - flux_s) / nullif(flux_m + flux_s, 0) as hr_ms,
    (flux_h - flux_m) / nullif(flux_h + flux_m, 0) as hr_hm,
    (flux_h - flux_m - flux_s) / nullif(flux_h + flux_m + flux_s, 0) as hr_h_ms,
    chisqr,
    dof,
    chi2_cdf(chisqr, dof) as var_inter_prob,
    var_intra_prob,
    flux_flag,
    has_no_flux
from filled
order by csc_name
