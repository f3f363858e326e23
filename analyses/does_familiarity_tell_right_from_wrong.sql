-- On the simulated sky: are confident matches right more often where they resemble the training
-- set?
with
    pairs as (
        select
            case when ml_confident and sep_ok then 'accepted' else 'rejected' end as verdict,
            p_any > 0.9 and p_i > 0.99 as is_secure,
            {{ labelled_bin('familiarity', [0, 0.01, 0.05, 0.2], 'of positive pairs') }}
            as familiarity_bin,
            coalesce(pairs.gaia_source_id = truth.gaia_source_id, false) as is_true
        from {{ ref('candidate_pairs') }} as pairs
        inner join {{ ref('stg_truth') }} as truth using (csc_name)
        where nway_confident and ml_confident is not null
    )

select
    verdict,
    is_secure,
    familiarity_bin,
    count(*)::integer as n_pairs,
    count(*) filter (is_true)::integer as n_true,
    n_true / n_pairs as fraction_true
from pairs
group by verdict, is_secure, familiarity_bin
order by verdict, is_secure, familiarity_bin
