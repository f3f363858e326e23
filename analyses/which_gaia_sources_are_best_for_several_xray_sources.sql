-- Which Gaia sources are the best ML match of several X-ray sources? Chance in dense fields, proper
-- motion, and X-ray sources that are one make them so (Perez-Diaz et al. 2026, section VI.1); at
-- most one of these can be right.
with
    best as (
        select
            csc_name,
            gaia_source_id,
            separation,
            p_i,
            p_match_ind,
            phot_g_mean_mag,
            count(*) over (partition by gaia_source_id) as n_xray
        from {{ ref('best_matches') }}
    )

select
    best.gaia_source_id,
    n_xray,
    best.csc_name,
    best.separation,
    best.p_i,
    best.p_match_ind,
    -- by position and properties; NULL where neither says so
    case
        when state = 'matched' then xray.gaia_source_id = best.gaia_source_id
    end as is_joint_match,
    best.phot_g_mean_mag,
    gaia_density
from best
inner join (from {{ ref('xray_sources') }}) as xray using (csc_name)
where n_xray > 1
order by best.gaia_source_id, best.csc_name
