-- How good each classifier is at the coarse classes, and all together, on sources it has not seen nor their field of the sky.
with kept as (
    select *, 'its own' as subset from {{ ref('coarse_predictions') }}
    union all
    select *, 'common' as subset from {{ ref('coarse_predictions') }} where is_common
),

confusion as (
    select classifier, subset, true_class, class, count(*) as n from kept group by all
),

classes as (
    select
        classifier, subset, name,
        coalesce(sum(n) filter (true_class = name), 0) as n_true,
        coalesce(sum(n) filter (class = name), 0) as n_said,
        coalesce(sum(n) filter (true_class = name and class = name), 0) as n_right
    from confusion
    cross join (select distinct coarse_class as name from {{ ref('class_schemes') }})
    group by all
),

by_class as (
    select
        classifier, subset,
        sum(n_true) as s,
        sum(n_right) as c,
        sum(n_said * n_true) as pt,
        sum(n_said * n_said) as pp,
        sum(n_true * n_true) as tt,
        {{ exact_sum('n_right / nullif(n_true, 0)') }} / count(*) filter (n_true > 0) as balanced_accuracy,
        {{ exact_sum('2.0::double * n_right / nullif(n_true + n_said, 0)') }} / count(*) filter (n_true + n_said > 0) as macro_f1
    from classes
    group by all
),

losses as (
    select classifier, subset, {{ exact_sum('-ln(greatest(p_true, 1e-15))') }} / count(*) as log_loss from kept group by all
),

calibration as (
    select
        classifier, subset,
        {{ exact_sum('abs(n_right - p_total)') }} / sum(n_claims) as expected_calibration_error
    from (
        select classifier, subset, count(*) as n_claims, count(*) filter (class = true_class) as n_right, {{ exact_sum('class_prob') }} as p_total
        from kept
        group by classifier, subset, least(floor(class_prob * 10), 9)
    )
    group by all
)

select
    classifier,
    subset,
    s::integer as n_sources,
    c / s as accuracy,
    balanced_accuracy,
    macro_f1,
    (c * s - pt) / nullif(sqrt((s * s - pp) * (s * s - tt)), 0) as mcc,
    log_loss,
    expected_calibration_error
from by_class
inner join losses using (classifier, subset)
inner join calibration using (classifier, subset)
order by classifier, subset
