-- Table 9 of Perez-Diaz et al. 2026: ten of the ambiguous matches.
-- One row per pair; the ten of the most probable by position, by name of the X-ray source. All are
-- in ambiguous_matches.
select *
from
    (
        select *
        from {{ ref('ambiguous_matches') }}
        order by p_any * p_i desc, csc21_name, gaia3_source_id
        limit 10
    )
order by csc21_name, gaia3_source_id
