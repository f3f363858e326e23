-- Table 1 of Perez-Diaz et al. 2026: census of the candidates by position.
-- One row per subset of the X-ray sources. Numbers of sources with 1, up to 5, 6 to 10, 11 to 20
-- and
-- more candidates are those of section III.1. The radius of the paper's fifth row is lost in our
-- copy of it: here each source's own separation limit, and the candidates within it.
with
    per_source as (
        select
            csc_name,
            count(*) as n_candidates,
            max(p_any) > {{ var('p_any_threshold') }} as is_likely,
            count(*) filter (sep_ok) as n_within_limit,
            bool_or(match_flag = 2) as has_second
        from {{ ref('candidate_pairs') }}
        group by csc_name
    ),

    subsets(row, subset, n_candidates) as (
        select 1, 'all', coalesce(n_candidates, 0)
        from {{ ref('xray_sources') }}
        union all
        select
            2,
            'with Gaia candidates within {{ match_settings().radius_arcsec }} arcsec',
            n_candidates
        from per_source
        union all
        select 3, 'with p_any above {{ var("p_any_threshold") }}', n_candidates
        from per_source
        where is_likely
        union all
        select 4, 'with a second candidate nearly as probable (match_flag 2)', n_candidates
        from per_source
        where has_second
        union all
        select 5, 'with candidates within the separation limit', n_within_limit
        from per_source
        where n_within_limit > 0
    )

select
    row::integer as row,
    subset,
    count(*) as n_sources,
    sum(n_candidates)::bigint as n_candidates,
    avg(n_candidates) as mean_candidates,
    median(n_candidates) as median_candidates,
    max(n_candidates) as most_candidates,
    count(*) filter (n_candidates = 1) as n_with_1,
    count(*) filter (n_candidates between 1 and 5) as n_with_up_to_5,
    count(*) filter (n_candidates between 6 and 10) as n_with_6_to_10,
    count(*) filter (n_candidates between 11 and 20) as n_with_11_to_20,
    count(*) filter (n_candidates > 20) as n_with_more
from subsets
group by all
order by row
