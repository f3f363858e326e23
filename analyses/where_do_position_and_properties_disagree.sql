-- For which X-ray sources do the properties strongly prefer another Gaia source than position does?
with
    nearby as (select * from {{ ref('candidate_pairs') }} where nway_confident),

    preferred as (select * from {{ ref('candidate_pairs') }} where ml_confident and sep_ok)

select
    nearby.csc_name,
    nearby.gaia_source_id as nearby_gaia_source_id,
    nearby.separation as nearby_separation,
    nearby.p_match_ind as nearby_score,
    preferred.gaia_source_id as preferred_gaia_source_id,
    preferred.separation as preferred_separation,
    preferred.p_match_ind as preferred_score
from nearby
inner join preferred using (csc_name)
where
    preferred.p_match_ind > nearby.p_match_ind and preferred.gaia_source_id <> nearby.gaia_source_id
order by preferred_score - nearby_score desc, csc_name
