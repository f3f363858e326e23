-- Table 1 of Perez-Diaz et al. 2026: census of the candidates by position.
-- One row per quantity. The radius of the paper's fifth row is lost in our copy of it: here each
-- source's own separation limit.
with
    per_source as (
        select
            csc_name,
            count(*) as n_candidates,
            max(p_any) > {{ var('p_any_threshold') }} as is_likely,
            bool_or(sep_ok) as has_near
        from {{ ref('candidate_pairs') }}
        group by csc_name
    ),

    counted(row, quantity, number) as (
        select 1, 'CSC sources with Gaia candidates', count(*)
        from per_source
        union all
        select
            2,
            'Gaia candidates within {{ match_settings().radius_arcsec }} arcsec',
            sum(n_candidates)
        from per_source
        union all
        select
            3,
            'CSC sources with p_any above {{ var("p_any_threshold") }}',
            count(*) filter (is_likely)
        from per_source
        union all
        select 4, 'Gaia candidates of these', sum(n_candidates) filter (is_likely)
        from per_source
        union all
        select
            5,
            'CSC sources with a Gaia candidate within the separation limit',
            count(*) filter (has_near)
        from per_source
        union all
        select 6, 'most candidates of one CSC source', max(n_candidates)
        from per_source
    )

select row::integer as row, quantity, coalesce(number, 0)::integer as number
from counted
where (select count(*) from per_source) > 0
order by row
