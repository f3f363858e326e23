-- How much each candidate looks like a counterpart, from its properties alone: the score, as a
-- probability, and as a likelihood ratio of counterpart to field source; NULL without a model. And
-- with that ratio as one more factor of the probabilities of pair_posteriors: position and
-- properties tell of a counterpart independently, and none of the candidates stays a hypothesis.
-- The ratio is that power of the calibrated one which the sources themselves bear out, in units of
-- its mean over chance neighbours. The calibration (beta; Kull et al. 2017, PMLR 54, 623), fitted
-- out of fold, and the power are of model match_calibration. One row per candidate.
{% set match = match_settings() %}
{{ config(enabled=match.classifier is not none) }}
{% set second = match.catalogues[1].key %}
with
    clipped as (
        select
            *,
            -- a score of 0 or 1 is one the trees cannot tell from it
            least(greatest(p_match_ind, 1e-12), 1 - 1e-12) as score
        from {{ ref('match_scores') }}
    ),

    -- how like the training's positive pairs other positive pairs are
    held_out as (
        select likeness, cume_dist() over (order by likeness) as familiarity
        from {{ ref('match_scores') }}
        inner join {{ ref('labelled_pairs') }} using (primary_key, {{ second }})
        where is_positive
        qualify row_number() over (partition by likeness) = 1
    ),

    judged as (
        select
            primary_key,
            {{ second }},
            score_fold,
            p_match_ind,
            clipped.likeness,
            case when clipped.likeness is not null then coalesce(familiarity, 0) end as familiarity,
            calibration_a * ln(score) - calibration_b * ln(1 - score) + calibration_c as logit,
            1 / (1 + exp(- logit)) as p_match,
            (exponent * (logit - prior_logit) - ln_field_ratio) / ln(10) as log10_lr
        from clipped
        cross join {{ ref('match_calibration') }}
        asof left join held_out on clipped.likeness >= held_out.likeness
    ),

    weighted as (
        select judged.*, log10_weight + log10_lr as log10_weight
        from judged
        inner join {{ ref('pair_posteriors') }} using (primary_key, {{ second }})
    ),

    totals as ({{ weights_by_source('weighted') }})

select
    weighted.* exclude (log10_weight),
    1 / (1 + pow(10, - (log10_best + log10(total)))) as p_any_joint,
    pow(10, log10_weight - log10_best) / total as p_i_joint
from weighted
inner join totals using (primary_key)
