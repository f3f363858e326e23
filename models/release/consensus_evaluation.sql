-- How good each classifier is at the coarse classes, and all together, on sources it has not seen nor their field of the sky.
with kept as (
    select *, 'its own' as subset from {{ ref('coarse_predictions') }}
    union all
    select *, 'common' as subset from {{ ref('coarse_predictions') }} where is_common
),

classes as (
    select
        classifier, subset, name,
        count(*) filter (true_class = name) as n_true,
        count(*) filter (class = name) as n_said,
        count(*) filter (true_class = name and class = name) as n_right
    from kept
    cross join (select distinct coarse_class as name from {{ ref('class_schemes') }})
    group by all
),

by_class as (
    select
        classifier, subset,
        {{ class_metric_sums() }}
    from classes
    group by all
),

losses as (
    select classifier, subset, {{ exact_sum('-ln(greatest(p_true, 1e-15))') }} / count(*) as log_loss from kept group by all
),

calibration as (
    {{ calibration_error('kept', ['classifier', 'subset']) }}
)

select
    classifier,
    subset,
    s::integer as n_sources,
    c / s as accuracy,
    balanced_accuracy,
    macro_f1,
    {{ matthews_correlation() }} as mcc,
    log_loss,
    expected_calibration_error
from by_class
inner join losses using (classifier, subset)
inner join calibration using (classifier, subset)
order by classifier, subset
