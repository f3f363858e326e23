-- Every candidate with all its probabilities and the three flags (Perez-Diaz et al. 2026, section V). One row per candidate.
select
    xray_key,
    csc_name,
    gaia_source_id,
    separation_arcsec,
    {{ separation_limit_arcsec('min_theta_mean') }} as separation_limit,
    log10_bf,
    p_single,
    p_any,
    p_i,
    match_flag,
    p_match_ind,
    threshold as score_threshold,
    p_match,
    log10_lr,
    familiarity,
    p_any_joint,
    p_i_joint,
    p_any > {{ var('p_any_threshold') }} and match_flag = 1 as nway_confident,
    p_match_ind > threshold as ml_confident,
    separation_arcsec <= separation_limit as sep_ok
from {{ ref('posteriors') }}
inner join {{ ref('xray_positions') }} using (xray_key)
inner join {{ ref('match_likelihoods') }} using (xray_key, gaia_source_id)
inner join {{ ref('joint_posteriors') }} using (xray_key, gaia_source_id)
left join {{ ref('source_thresholds') }} using (xray_key)
where ncat = 2
