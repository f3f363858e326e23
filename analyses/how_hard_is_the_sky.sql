-- How hard is the sky: what share of the X-ray sources has a Gaia source within the radius, and a
-- match by position, and how well does the score, cross-fitted, tell the Gaia sources that match by
-- position from the other candidates? The Jaccard index is that of the two ways within the limit of
-- separation, at the threshold after Youden. Published: 0.62, 0.30, area under the curve 0.89,
-- Jaccard index 0.77 (Perez-Diaz et al. 2026, tables 1 and 3, figure 7).
with
    shares as (
        select
            count(*) as n_sources,
            avg((n_candidates > 0)::integer) as with_candidate,
            avg((coalesce(p_any, 0) > 0.5)::integer) as with_match
        from {{ ref('xray_sources') }}
    ),

    scored as (
        select
            labelled.is_positive,
            p_match_ind > threshold as is_above,
            coalesce(sep_ok, false) as is_near,
            -- ties share the mean of their ranks
            rank() over (order by p_match_ind)
            + (count(*) over (partition by p_match_ind) - 1) / 2.0 as mid_rank
        from {{ ref('out_of_fold_scores') }}
        inner join {{ ref('labelled_pairs') }} as labelled using (primary_key, gaia_source_id)
        inner join
            (select primary_key, gaia_source_id, sep_ok from {{ ref('flagged_pairs') }}) using (
                primary_key, gaia_source_id
            )
        cross join {{ ref('score_thresholds') }}
        where is_candidate and rule = 'youden'
    ),

    counts as (
        select
            count(*) filter (is_positive) as n_positive,
            count(*) filter (not is_positive) as n_other,
            sum(mid_rank) filter (is_positive) as ranks,
            count(*) filter (is_positive and is_above and is_near) as n_both,
            count(*) filter (is_positive or (is_above and is_near)) as n_either
        from scored
    )

select
    n_sources,
    with_candidate,
    with_match,
    n_positive,
    n_other,
    (ranks - n_positive * (n_positive + 1) / 2.0) / (n_positive * n_other::double) as roc_auc,
    n_both / n_either as jaccard
from shares
cross join counts
