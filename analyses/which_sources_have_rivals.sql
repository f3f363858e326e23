-- For which X-ray sources does a second Gaia source come close to the best one, and by how many
-- magnitudes do they differ?
with
    best as (select * from {{ ref('candidate_pairs') }} where match_flag = 1),

    rivals as (select * from {{ ref('candidate_pairs') }} where match_flag = 2)

select
    best.csc_name,
    best.gaia_source_id as best_gaia_source_id,
    rivals.gaia_source_id as rival_gaia_source_id,
    best.p_i as best_p_i,
    rivals.p_i as rival_p_i,
    rivals.phot_g_mean_mag - best.phot_g_mean_mag as rival_fainter_by_mag
from best
inner join rivals using (csc_name)
where best.p_any > {{ var('p_any_threshold') }}
order by rival_p_i desc, csc_name
