-- Which X-ray sources have a Gaia counterpart that position alone makes nearly certain, and which
-- one is it?
select csc_name, gaia_source_id, separation, p_any, p_i, phot_g_mean_mag
from {{ ref('candidate_pairs') }}
where nway_confident and p_any > 0.95 and p_i > 0.95 and sep_ok
order by p_any desc, csc_name
