-- How well the score finds NWAY's choice among all candidates of sources held out: by itself, and
-- within the separation limit. Perez-Diaz et al. 2026, section IV.4.
with
    pairs as (
        select
            split,
            labelled.is_positive,
            p_match_ind,
            ml_confident,
            coalesce(sep_ok, false) as sep_ok
        from {{ ref('labelled_pairs') }} as labelled
        inner join {{ ref('flagged_pairs') }} using (primary_key, gaia_source_id)
        where split <> 'train' and is_candidate and ml_confident is not null
    ),

    cut as (
        select *, false as within_limit, ml_confident as is_match, p_match_ind as rank_by
        from pairs
        union all
        select
            *,
            true as within_limit,
            ml_confident and sep_ok as is_match,
            case when sep_ok then p_match_ind else -1 end as rank_by
        from pairs
    ),

    -- ties share the mean of their ranks
    ranked as (
        select
            *,
            rank() over (partition by split, within_limit order by rank_by)
            + (count(*) over (partition by split, within_limit, rank_by) - 1) / 2.0 as mid_rank
        from cut
    )

select
    split,
    within_limit,
    count(*) filter (not is_positive and not is_match)::integer as n_true_negative,
    count(*) filter (not is_positive and is_match)::integer as n_false_positive,
    count(*) filter (is_positive and not is_match)::integer as n_false_negative,
    count(*) filter (is_positive and is_match)::integer as n_true_positive,
    n_true_positive / nullif(n_true_positive + n_false_positive, 0) as purity,
    n_true_negative / nullif(n_true_negative + n_false_negative, 0) as negative_predictive_value,
    n_true_positive / nullif(n_true_positive + n_false_negative, 0) as completeness,
    2
    * n_true_positive
    / nullif(2 * n_true_positive + n_false_positive + n_false_negative, 0)::double as f1,
    n_true_positive / nullif(n_true_positive + n_false_positive + n_false_negative, 0) as jaccard,
    -- the share of (positive, negative) pairs in the right order
    (
        sum(mid_rank) filter (is_positive)
        - (n_true_positive + n_false_negative) * (n_true_positive + n_false_negative + 1) / 2.0
    ) / nullif(
        (n_true_positive + n_false_negative) * (n_true_negative + n_false_positive)::double, 0
    ) as roc_auc
from ranked
group by split, within_limit
order by split, within_limit
