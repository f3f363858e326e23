-- Table 6 of Perez-Diaz et al. 2026: census of the catalogue of counterparts.
-- One row per subset of the X-ray sources and of the Gaia sources. An X-ray source has an NWAY
-- match, an ML match, or both, which agree (the best ML match is NWAY's) or differ: so 1 = 2 + 11,
-- 3 = 2 + 9 and 2 = 7 + 10, here as in table 4. The paper's filter of the second row asks for the
-- pair of NWAY to be one of the ML matches: those are 1 less the X-ray sources of row 12.
with
    pairs as (select *, ml_confident and sep_ok as is_ml_match from {{ ref('candidate_pairs') }}),

    best as (select csc_name, gaia_source_id, p_any from {{ ref('best_matches') }}),

    alternate as (select csc_name, gaia_source_id from {{ ref('alternate_matches') }}),

    ambiguous as (select csc_name, gaia_source_id from {{ ref('ambiguous_matches') }}),

    -- ML matches of each X-ray source, and of each Gaia source
    per_csc as (select count(*) as n from pairs where is_ml_match group by csc_name),

    per_gaia as (select count(*) as n from pairs where is_ml_match group by gaia_source_id),

    different as (
        select best.*
        from best
        anti join
            pairs
            on pairs.csc_name = best.csc_name
            and pairs.gaia_source_id = best.gaia_source_id
            and match_flag = 1
        where p_any > {{ var('p_any_threshold') }}
    ),

    counted(row, side, subset, number) as (
        select 1, 'CSC', 'cross-matched with NWAY', count(distinct csc_name)
        from pairs
        where nway_confident
        union all
        select 2, 'CSC', 'matched with both NWAY and ML', count(*)
        from best
        where p_any > {{ var('p_any_threshold') }}
        union all
        select 3, 'CSC', 'with best ML cross-matches', count(*)
        from best
        union all
        select 4, 'CSC', 'exactly 1 ML match', count(*) filter (n = 1)
        from per_csc
        union all
        select 5, 'CSC', 'exactly 2 ML matches', count(*) filter (n = 2)
        from per_csc
        union all
        select 6, 'CSC', 'more than 2 ML matches', count(*) filter (n > 2)
        from per_csc
        union all
        select 7, 'CSC', 'with matches where both ML and NWAY agree', count(distinct csc_name)
        from best
        inner join pairs using (csc_name, gaia_source_id)
        where nway_confident
        union all
        select 8, 'CSC', 'with alternate ML matches', count(distinct csc_name)
        from alternate
        union all
        select 9, 'CSC', 'with ML match but no NWAY match', count(*)
        from best
        where p_any <= {{ var('p_any_threshold') }}
        union all
        select 10, 'CSC', 'with different ML and NWAY matches', count(distinct csc_name)
        from different
        union all
        select 11, 'CSC', 'with NWAY match but no ML match', count(distinct csc_name)
        from pairs
        anti join best using (csc_name)
        where nway_confident
        union all
        select 12, 'CSC', 'whose NWAY match is no ML match', count(distinct csc_name)
        from ambiguous
        union all
        select 13, 'Gaia', 'all ML matches', count(*)
        from per_gaia
        union all
        select 14, 'Gaia', 'ML match of exactly 1 CSC source', count(*) filter (n = 1)
        from per_gaia
        union all
        select 15, 'Gaia', 'ML match of exactly 2 CSC sources', count(*) filter (n = 2)
        from per_gaia
        union all
        select 16, 'Gaia', 'ML match of more than 2 CSC sources', count(*) filter (n > 2)
        from per_gaia
        union all
        select 17, 'Gaia', 'with best ML cross-matches', count(distinct gaia_source_id)
        from best
        union all
        select 18, 'Gaia', 'with alternate ML matches only', count(distinct gaia_source_id)
        from alternate
        anti join best using (gaia_source_id)
        union all
        select 19, 'Gaia', 'with different ML and NWAY matches', count(distinct gaia_source_id)
        from different
        union all
        select 20, 'Gaia', 'of an NWAY match that is no ML match', count(distinct gaia_source_id)
        from ambiguous
        union all
        select
            21,
            'Gaia',
            'best ML cross-matches beyond the first of a Gaia source',
            count(*) - count(distinct gaia_source_id)
        from best
    )

select row::integer as row, side, subset, number::integer as number
from counted
order by row
