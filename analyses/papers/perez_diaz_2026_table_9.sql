-- Table 9 of Perez-Diaz et al. 2026: ten of the ambiguous matches.
-- One row per pair; the ten of the most probable by position, by name of the X-ray source. All are
-- in ambiguous_matches.
select *
from
    (
        select *
        from {{ ref('ambiguous_matches') }}
        order by p_any * p_i desc, csc_name, gaia_source_id
        limit 10
    )
order by csc_name, gaia_source_id
