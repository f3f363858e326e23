-- Which Gaia source every X-ray source is: the first answer, while classes are still to come.
-- One row per CSC source.
with
    trains_score as (
        select distinct primary_key
        from {{ ref('labelled_pairs') }}
        where split = 'train' and is_trainable
    ),

    folds as (
        select primary_key, any_value(fold) as score_fold
        from {{ ref('out_of_fold_scores') }}
        group by primary_key
    ),

    limits as (
        select
            csc_name,
            ({{ match_settings().classifier.separation_limit_arcsec }})::double as separation_limit
        from {{ ref('xray_positions') }} as csc
    )

select
    csc_name,
    sources.ra as csc_ra,
    sources.dec as csc_dec,
    pos_err_major_arcsec as csc_pos_err_major,
    pos_err_minor_arcsec as csc_pos_err_minor,
    pos_err_angle_deg as csc_pos_err_angle,
    sources.min_theta_mean,
    sources.xray_epoch,
    significance,
    limits.separation_limit,
    n_candidates,
    state,
    gaia_source_id,
    'Gaia DR3 ' || gaia_source_id as gaia_designation,
    gaia.ra as gaia_ra,
    gaia.dec as gaia_dec,
    moved.ra as gaia_ra_xray_epoch,
    moved.dec as gaia_dec_xray_epoch,
    p_counterpart,
    p_any_joint,
    p_i_joint,
    chosen.separation_arcsec as separation,
    sep_ok,
    is_tie,
    gaia.phot_g_mean_mag,
    gaia.bp_rp,
    gaia.parallax,
    gaia.parallax_error,
    r_med_geo,
    r_lo_geo,
    r_hi_geo,
    nway_gaia_source_id,
    'Gaia DR3 ' || nway_gaia_source_id as nway_gaia_designation,
    p_any,
    p_i,
    score_gaia_source_id,
    'Gaia DR3 ' || score_gaia_source_id as score_gaia_designation,
    p_match_ind,
    trains_score.primary_key is not null as trains_score,
    score_fold,
    density_deg2 / 3600 as gaia_density
from {{ ref('xray_positions') }} as sources
inner join {{ ref('stg_csc__sources') }} using (csc_name)
inner join {{ ref('chosen_counterparts') }} as chosen using (csc_name)
left join {{ ref('stg_gaia__sources') }} as gaia using (gaia_source_id)
left join {{ ref('candidates') }} as moved using (primary_key, gaia_source_id)
left join {{ ref('stg_gaia__distances') }} using (gaia_source_id)
inner join {{ ref('primary_densities') }} as densities using (primary_key)
left join trains_score using (primary_key)
left join folds using (primary_key)
inner join limits using (csc_name)
where densities.catalogue = 2
order by csc_name
