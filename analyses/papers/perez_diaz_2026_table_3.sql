-- Table 3 of Perez-Diaz et al. 2026: agreement of position and score on the test set.
-- One row per quantity, of the X-ray sources of the test set.
with
    pairs as (
        select csc_name, is_positive, coalesce(ml_confident and sep_ok, false) as is_ml_match
        from {{ ref('labelled_pairs') }}
        inner join {{ ref('flagged_pairs') }} using (primary_key, gaia_source_id)
        where split = 'test' and is_candidate
    ),

    sources as (
        select
            csc_name,
            count(*) filter (is_ml_match) as n_ml,
            bool_or(is_ml_match and is_positive) as agree
        from pairs
        group by csc_name
    ),

    counted(row, quantity, number) as (
        select 1, 'potential Gaia counterparts', count(*)
        from pairs
        union all
        select 2, 'X-ray sources, each with an NWAY match', count(*)
        from sources
        union all
        select 3, 'NWAY and ML agree', count(*) filter (agree)
        from sources
        union all
        select 4, 'NWAY and ML agree, and the match is unique', count(*) filter (agree and n_ml = 1)
        from sources
        union all
        select 5, 'ML does not find a match', count(*) filter (n_ml = 0)
        from sources
        union all
        select 6, 'ML finds several matches', count(*) filter (n_ml > 1)
        from sources
        union all
        select 7, 'ML finds a different match than NWAY', count(*) filter (n_ml > 0 and not agree)
        from sources
    )

select
    row::integer as row,
    quantity,
    number::integer as number,
    case when row > 1 then number / nullif((select count(*) from sources), 0) end as fraction
from counted
order by row
