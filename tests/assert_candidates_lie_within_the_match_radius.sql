-- No pair is farther apart than the radius, and none is listed twice.
select xray_key, gaia_source_id
from {{ ref('candidates') }}
group by xray_key, gaia_source_id
having count(*) > 1 or max(separation_arcsec) > {{ var('match_radius_arcsec') }}
