with pairs as (
    select * from {{ ref('candidate_pairs') }}
),

counts as (
    select
        csc_name,
        count(*) as n_candidates,
        count(*) filter (match_flag = 1) as n_best
    from pairs
    group by csc_name
),

-- where candidates tie for the best, the nearer one, then the lower id
best as (
    select *
    from pairs
    where match_flag = 1
    qualify row_number() over (partition by csc_name order by separation, gaia_source_id) = 1
),

ml_best as (
    select
        csc21_name as csc_name,
        gaia3_source_id as ml_gaia_source_id,
        p_match_ind as ml_p_match_ind
    from {{ ref('best_matches') }}
),

joint_best as (
    select
        csc_name,
        gaia_source_id as joint_gaia_source_id,
        p_any_joint,
        p_i_joint
    from pairs
    where p_i_joint is not null
    qualify row_number() over (partition by csc_name order by p_i_joint desc, separation, gaia_source_id) = 1
),

limits as (
    select
        csc_name,
        {{ match_settings().classifier.separation_limit_arcsec }} as separation_limit
    from {{ ref('xray_positions') }} as csc
)

select
    sources.csc_name,
    sources.ra as csc_ra,
    sources.dec as csc_dec,
    pos_err_major_arcsec as csc_pos_err_major,
    pos_err_minor_arcsec as csc_pos_err_minor,
    pos_err_angle_deg as csc_pos_err_angle,
    sources.min_theta_mean,
    sources.xray_epoch,
    limits.separation_limit,
    coalesce(n_candidates, 0)::integer as n_candidates,
    case
        when pos_err_major_arcsec is null or pos_err_minor_arcsec is null then 'no_position_error'
        when n_candidates is null then 'no_candidate'
        when p_any > {{ var('p_any_threshold') }} then 'matched'
        else 'no_confident_match'
    end as state,
    coalesce(p_any, case when n_candidates is null then 0.0 end) as p_any,
    gaia_source_id,
    p_i,
    separation,
    sep_ok,
    n_best > 1 as is_tie,
    phot_g_mean_mag,
    ml_gaia_source_id,
    ml_p_match_ind,
    joint_gaia_source_id,
    coalesce(joint_best.p_any_joint, case when n_candidates is null then 0.0 end) as p_any_joint,
    joint_best.p_i_joint
from {{ ref('xray_positions') }} as sources
inner join limits using (csc_name)
left join counts using (csc_name)
left join best using (csc_name)
left join ml_best using (csc_name)
left join joint_best using (csc_name)
order by sources.csc_name
