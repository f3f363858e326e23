-- For which X-ray sources do the properties strongly prefer another Gaia source than position does?
select
    nway.csc_name,
    nway.gaia_source_id as nearby_gaia_source_id,
    nway.separation as nearby_separation,
    nway.p_match_ind as nearby_score,
    ml.gaia_source_id as preferred_gaia_source_id,
    ml.separation as preferred_separation,
    ml.p_match_ind as preferred_score
from {{ ref('match_disagreements') }} as nway
inner join {{ ref('match_disagreements') }} as ml using (csc_name)
where nway.match_algorithm = 'NWAY' and ml.match_algorithm = 'ML' and ml.ml_confident
order by ml.p_match_ind - nway.p_match_ind desc, nway.csc_name
