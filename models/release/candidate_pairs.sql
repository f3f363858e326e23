select
    csc_name,
    gaia_source_id,
    xray.ra as csc_ra,
    xray.dec as csc_dec,
    gaia.ra as gaia_ra,
    gaia.dec as gaia_dec,
    candidates.ra as gaia_ra_xray_epoch,
    candidates.dec as gaia_dec_xray_epoch,
    xray_epoch,
    min_theta_mean,
    flagged.separation_arcsec as separation,
    separation_own_epoch_arcsec as separation_gaia_epoch,
    separation_limit,
    sep_ok,
    pos_err_major_arcsec as csc_pos_err_major,
    pos_err_minor_arcsec as csc_pos_err_minor,
    pos_err_angle_deg as csc_pos_err_angle,
    candidates.major as gaia_pos_err,
    flagged.log10_bf,
    p_single,
    flagged.p_any,
    flagged.p_i,
    flagged.match_flag,
    nway_confident,
    score_fold,
    p_match_ind,
    score_threshold,
    ml_confident,
    p_match,
    log10_lr,
    familiarity,
    p_any_joint,
    p_i_joint,
    gaia.phot_g_mean_mag,
    bp_rp,
    parallax,
    parallax_error,
    hard_hm,
    hard_hs,
    hard_ms
from {{ ref('flagged_pairs') }} as flagged
inner join {{ ref('posteriors') }} using (primary_key, gaia_source_id)
inner join {{ ref('candidates') }} as candidates using (primary_key, gaia_source_id)
inner join {{ ref('xray_positions') }} as xray using (csc_name)
inner join {{ ref('stg_gaia__sources') }} as gaia using (gaia_source_id)
inner join {{ ref('stg_csc__sources') }} using (csc_name)
order by csc_name, gaia_source_id
