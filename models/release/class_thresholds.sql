-- How good the predictions are that pass a threshold, on sources not trained on (Yang et al. 2022,
-- figure 6): in the confidence of the classifier, in the probability of the class, and in that from
-- which on it is reliable.
{% set axes = ['classifier', 'variant', 'is_released', 'scheme', 'class_set'] %}
{% set by = axes | join(', ') %}
{% set keys = axes + ['threshold_of', 'threshold'] %}
with
    predictions as (select * from {{ ref('predictions') }}),

    kept as (
        select *, 'none' as threshold_of, 0.0::double as threshold
        from predictions
        union all
        select predictions.*, 'confidence' as threshold_of, step / 2.0::double as threshold
        from predictions
        inner join range(1, 21) as steps(step) on confidence >= step / 2.0::double
        union all
        select predictions.*, 'class_prob' as threshold_of, step / 20.0::double as threshold
        from predictions
        inner join range(6, 20) as steps(step) on class_prob >= step / 20.0::double
        union all
        select predictions.*, 'reliable' as threshold_of, least_class_prob as threshold
        from predictions
        inner join {{ ref('reliable_thresholds') }} using ({{ by }})
        where class_prob >= least_class_prob
    ),

    measured as ({{ confusion_measures('kept', keys) }}),

    of_classes as ({{ measures_by_class('kept', keys) }}),

    -- of the members of each class, how many are kept
    shares as (
        select
            {{ by }},
            of_classes.threshold_of,
            of_classes.threshold,
            {{ exact_sum('of_classes.n / whole.n') }}
            / any_value(n_classes) as balanced_fraction_kept
        from of_classes
        inner join
            (
                select *, count(*) over (partition by {{ by }}) as n_classes
                from of_classes
                where threshold_of = 'none' and n > 0
            ) as whole using ({{ by }}, class)
        group by all
    )

select
    {{ keys | join(', ') }},
    n::integer as n,
    n_right::integer as n_right,
    accuracy,
    balanced_accuracy,
    macro_f1,
    mcc,
    n / max(n) over (partition by {{ by }}) as fraction_kept,
    balanced_fraction_kept
from measured
inner join shares using ({{ keys | join(', ') }})
order by {{ keys | join(', ') }}
