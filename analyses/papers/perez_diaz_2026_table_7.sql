-- Table 7 of Perez-Diaz et al. 2026: ten of the best matches.
-- One row per pair; the ten of the highest scores, by name of the X-ray source. All are in
-- best_matches.
select *
from
    (
        select *
        from {{ ref('best_matches') }}
        order by p_match_ind desc, csc_name, gaia_source_id
        limit 10
    )
order by csc_name, gaia_source_id
