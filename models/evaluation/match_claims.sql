-- What each probability of the match claims of a source or a candidate, and whether it holds:
-- p_match claims to be NWAY's choice and is judged on the test pairs, which neither training nor
-- calibration has seen; the others by the truth of a simulated sky. One row per claim.
with
    pairs as (
        select
            csc_name,
            p_any,
            p_i,
            p_any_joint,
            p_i_joint,
            pairs.gaia_source_id = truth.gaia_source_id as is_true,
            pairs.p_i is not null as has_p
        from {{ ref('flagged_pairs') }} as pairs
        inner join {{ ref('stg_truth') }} as truth using (csc_name)
    ),

    per_source as (
        select
            csc_name,
            any_value(p_any) as p_any,
            any_value(p_any_joint) as p_any_joint,
            coalesce(bool_or(is_true), false) as has_true
        from pairs
        where has_p
        group by csc_name
    )

select 'p_any' as probability, p_any as p, has_true as holds
from per_source
union all
-- p_i shares out a counterpart that is taken to be among the candidates
select 'p_i' as probability, p_i as p, coalesce(is_true, false) as holds
from pairs
inner join per_source using (csc_name)
where has_p and has_true
union all
select 'p_any p_i' as probability, p_any * p_i as p, coalesce(is_true, false) as holds
from pairs
where has_p
union all
select 'p_any_joint' as probability, p_any_joint as p, has_true as holds
from per_source
where p_any_joint is not null
union all
select 'p_i_joint' as probability, p_i_joint as p, coalesce(is_true, false) as holds
from pairs
inner join per_source using (csc_name)
where p_i_joint is not null and has_true
union all
select 'p_match' as probability, p_match as p, is_positive as holds
from {{ ref('labelled_pairs') }}
inner join {{ ref('match_likelihoods') }} using (primary_key, gaia_source_id)
where split = 'test' and is_candidate and p_match is not null
