-- The fluxes of each detection as means and variances, and which detections count: Yang et al.
-- 2022, section 2.2.
{% set bands = ['s', 'm', 'h'] %}
with
    observations as (
        select
            *,
            {% for band in bands %}
                flux_aper90_lolim_{{ band }} <= flux_aper90_{{ band }}
                and flux_aper90_{{ band }} <= flux_aper90_hilim_{{ band }}
                and flux_aper90_lolim_{{ band }}
                < flux_aper90_hilim_{{ band }} as is_usable_{{ band }},
            {% endfor %}
        from {{ ref('stg_csc__observations') }}
    ),

    fluxes as (
        select
            *,
            {% for band in bands %}
                {% set limits = ['flux_aper90_' ~ band, 'flux_aper90_lolim_' ~ band, 'flux_aper90_hilim_' ~ band] %}
                case
                    when is_usable_{{ band }} then {{ fechner_mean(*limits) }}
                end as flux_{{ band }},
                case
                    when is_usable_{{ band }} then {{ fechner_variance(*limits) }}
                end as variance_{{ band }},
            {% endfor %}
        from observations
    )

select
    csc_name,
    obsid,
    obi,
    region_id,
    -- a limit that is not known drops nothing
    not (
        coalesce(theta > {{ var('photometry_theta_arcmin') }}, false)
        or coalesce(pileup_warning > {{ var('photometry_pileup') }}, false)
        or coalesce(sat_src_flag, false)
        or coalesce(streak_src_flag, false)
    ) as is_kept,
    {% for band in bands %} flux_{{ band }}, variance_{{ band }}, {% endfor %}
    flux_s + flux_m + flux_h as flux_b,
    variance_s + variance_m + variance_h as variance_b,
    {% for band in bands %}
        {{ '+ ' if not loop.first }} (
            flux_aper90_{{ band }} is not null and flux_{{ band }} is null
        )::integer
    {% endfor %} as n_unusable_fluxes,
    kp_prob_b,
from fluxes
order by csc_name, obsid, obi, region_id
