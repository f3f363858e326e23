-- How good each classifier is, on sources it has not seen: Yang et al. 2022, Appendix A and figure 6. Of all sources, and of those that
-- the classifier is sure of: by the confidence threshold CT, and by the probability of the class.
with cuts as (
    select 'none' as cut_by, 0.0::double as cut_min
    union all
    select 'confidence_threshold' as cut_by, step / 2.0::double as cut_min from range(1, 21) as steps (step)
    union all
    select 'class_prob' as cut_by, step / 20.0::double as cut_min from range(6, 20) as steps (step)
),

kept as (
    select
        predictions.*,
        cut_by,
        cut_min,
        case cut_by when 'confidence_threshold' then confidence_threshold >= cut_min when 'class_prob' then class_prob >= cut_min else true end as is_kept
    from {{ ref('class_predictions') }} as predictions
    cross join cuts
),

confusion as (
    select
        classifier, scheme, cut_by, cut_min, true_class, class,
        count(*) filter (is_kept) as n
    from kept
    group by all
),

-- of each class: how many it has, how many it is said to have, how many rightly
classes as (
    select
        classifier, scheme, cut_by, cut_min, name,
        coalesce(sum(n) filter (true_class = name), 0) as n_true,
        coalesce(sum(n) filter (class = name), 0) as n_said,
        coalesce(sum(n) filter (true_class = name and class = name), 0) as n_right
    from confusion
    cross join (select unnest(['{{ var('muwclass_classes') | join("', '") }}']) as name)
    group by all
),

members as (
    select classifier, scheme, name, n_true as n_members from classes where cut_by = 'none'
),

by_class as (
    select
        classifier, scheme, cut_by, cut_min,
        {{ class_metric_sums() }},
        {{ exact_sum('n_true / nullif(n_members, 0)') }} / count(*) filter (n_members > 0) as balanced_completeness
    from classes
    inner join members using (classifier, scheme, name)
    group by all
),

-- of all probabilities, whatever the cut
probabilities as (
    select
        classifier, scheme,
        {{ exact_sum('-ln(greatest(coalesce(p_true, 0), 1e-15))') }} / count(*) as log_loss,
        {{ exact_sum('sum_p2 - 2 * coalesce(p_true, 0) + 1') }} / count(*) as brier_score
    from {{ ref('class_predictions') }}
    group by all
),

calibration as (
    {{ calibration_error(ref('class_predictions'), ['classifier', 'scheme']) }}
),

areas as (
    select classifier, scheme, {{ exact_sum('auc') }} / count(*) as macro_auc
    from {{ ref('class_areas') }}
    group by all
)

select
    classifier,
    scheme,
    cut_by,
    cut_min,
    s::integer as n_sources,
    c::integer as n_right,
    c / nullif(s, 0) as accuracy,
    balanced_accuracy,
    macro_f1,
    {{ matthews_correlation() }} as mcc,
    s / sum(s) filter (cut_by = 'none') over (partition by classifier, scheme) as completeness,
    balanced_completeness,
    case when cut_by = 'none' then log_loss end as log_loss,
    case when cut_by = 'none' then brier_score end as brier_score,
    case when cut_by = 'none' then expected_calibration_error end as expected_calibration_error,
    case when cut_by = 'none' then macro_auc end as macro_auc
from by_class
inner join probabilities using (classifier, scheme)
inner join calibration using (classifier, scheme)
inner join areas using (classifier, scheme)
order by classifier, scheme, cut_by, cut_min
