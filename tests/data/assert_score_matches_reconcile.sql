-- Each pair that the score and the separation limit accept is a best or an alternate match; each
-- source has one best at most; what position alone accepts is ambiguous.
with
    counts as (
        select
            (
                select count(*) from {{ ref('candidate_pairs') }} where ml_confident and sep_ok
            ) as n_accepted,
            (select count(*) from {{ ref('candidate_pairs') }} where nway_confident) as n_nway,
            (
                select count(*)
                from {{ ref('candidate_pairs') }}
                where nway_confident and ml_confident and sep_ok
            ) as n_both,
            (select count(*) from {{ ref('best_matches') }}) as n_best,
            (select count(distinct csc_name) from {{ ref('best_matches') }}) as n_sources,
            (select count(*) from {{ ref('alternate_matches') }}) as n_alternate,
            (select count(*) from {{ ref('ambiguous_matches') }}) as n_ambiguous
    )

select *
from counts
where n_accepted <> n_best + n_alternate or n_best <> n_sources or n_nway <> n_both + n_ambiguous
