-- How good the X-ray-only classes are on labels that the model has not seen: by detection and by source, for each rule, of classes and of
-- aggregated ones. With detections held out as published, other detections of the same source have trained; with sources not.
with claims as (
    select * from {{ ref('umlcaxs_claims') }}
),

names as (
    select distinct 'class' as scale, class as name from {{ ref('umlcaxs_classes') }}
    union all
    select distinct 'aggregated', aggregated_class from {{ ref('umlcaxs_classes') }}
),

classes as (
    select
        held_out, level, rule, scale, name,
        count(*) filter (true_class = name) as n_true,
        count(*) filter (class = name) as n_said,
        count(*) filter (true_class = name and class = name) as n_right
    from claims
    inner join names using (scale)
    group by all
),

by_class as (
    select
        held_out, level, rule, scale,
        {{ class_metric_sums() }}
    from classes
    group by all
),

-- of the probabilities, which aggregated classes do not carry
probabilities as (
    select
        held_out, level, rule, scale,
        -- where no class takes part in the cluster the true one has no chance
        {{ exact_sum('-ln(greatest(coalesce(p_true, 0), 1e-15))') }} / count(*) as log_loss,
        {{ exact_sum('coalesce(sum_p2 - 2 * p_true, 0) + 1') }} / count(*) as brier_score
    from claims
    where scale = 'class'
    group by all
),

calibration as (
    {{ calibration_error("(select * from claims where scale = 'class' and class is not null)", ['held_out', 'level', 'rule', 'scale']) }}
)

select
    held_out,
    level,
    rule,
    scale,
    s::integer as n_claims,
    c::integer as n_right,
    c / s as accuracy,
    balanced_accuracy,
    macro_f1,
    {{ matthews_correlation() }} as mcc,
    (c / s - pt / (s * s)) / nullif(1 - pt / (s * s), 0) as kappa,
    log_loss,
    brier_score,
    expected_calibration_error
from by_class
left join probabilities using (held_out, level, rule, scale)
left join calibration using (held_out, level, rule, scale)
order by held_out, level, rule, scale
