-- Table 8 of Perez-Diaz et al. 2026: ten of the alternate matches.
-- One row per pair; the ten of the highest scores, by name of the X-ray source. All are in
-- alternate_matches.
select *
from
    (
        select *
        from {{ ref('alternate_matches') }}
        order by p_match_ind desc, csc_name, gaia_source_id
        limit 10
    )
order by csc_name, gaia_source_id
