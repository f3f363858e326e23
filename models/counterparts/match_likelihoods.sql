-- The score of each candidate as a probability, and as a likelihood ratio of counterpart to field source; NULL without a model.
-- Beta calibration (Kull et al. 2017, PMLR 54, 623) fitted out of fold: model match_calibration. One row per candidate.
with clipped as (
    select
        xray_key,
        gaia_source_id,
        p_match_ind,
        likeness,
        -- a score of 0 or 1 is one the trees cannot tell from it
        least(greatest(p_match_ind, 1e-12), 1 - 1e-12) as score
    from {{ ref('match_scores') }}
),

-- how like the training's positive pairs the positive pairs held out are
usual as (
    select
        likeness,
        cume_dist() over (order by likeness) as familiarity
    from {{ ref('match_scores') }}
    inner join {{ ref('labelled_pairs') }} using (xray_key, gaia_source_id)
    where is_positive and split <> 'train'
    qualify row_number() over (partition by likeness) = 1
)

select
    xray_key,
    gaia_source_id,
    p_match_ind,
    case when clipped.likeness is not null then coalesce(familiarity, 0) end as familiarity,
    calibration_a * ln(score) - calibration_b * ln(1 - score) + calibration_c as logit,
    1 / (1 + exp(-logit)) as p_match,
    (logit - prior_logit) / ln(10) as log10_lr
from clipped
cross join {{ ref('match_calibration') }}
asof left join usual on clipped.likeness >= usual.likeness
