with posteriors as (
    select * from {{ ref('posteriors') }}
    where ncat = 2
)

select
    xray.csc_name,
    candidates.gaia_source_id,
    xray.ra as csc_ra,
    xray.dec as csc_dec,
    gaia_ra,
    gaia_dec,
    gaia_ra_xray_epoch,
    gaia_dec_xray_epoch,
    xray_epoch,
    min_theta_mean,
    candidates.separation_arcsec as separation,
    separation_gaia_epoch_arcsec as separation_gaia_epoch,
    {{ separation_limit_arcsec('min_theta_mean') }} as separation_limit,
    candidates.separation_arcsec <= separation_limit as sep_ok,
    pos_err_major_arcsec as csc_pos_err_major,
    pos_err_minor_arcsec as csc_pos_err_minor,
    pos_err_angle_deg as csc_pos_err_angle,
    gaia_pos_err_arcsec as gaia_pos_err,
    log10_bf,
    p_single,
    p_any,
    p_i,
    match_flag,
    phot_g_mean_mag
from {{ ref('candidates') }} as candidates
inner join posteriors using (xray_key, gaia_source_id)
inner join {{ ref('xray_positions') }} as xray using (xray_key)
order by csc_name, gaia_source_id
