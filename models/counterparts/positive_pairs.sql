-- Pairs taken for true: the likeliest candidate by position, on axis, close, and hardly a chance. One row per X-ray source.
select
    xray_key,
    csc_name,
    gaia_source_id,
    min_theta_mean,
    separation_arcsec,
    p_any,
    p_i
from {{ ref('posteriors') }}
inner join {{ ref('xray_positions') }} using (xray_key)
where ncat = 2
-- where candidates tie, the nearer one, then the lower id
qualify row_number() over (partition by xray_key order by p_i desc, separation_arcsec, gaia_source_id) = 1
    and min_theta_mean <= {{ var('positive_theta_arcmin') }}
    and separation_arcsec <= {{ var('positive_separation_arcsec') }}
    and p_any >= {{ var('positive_p_any') }}
