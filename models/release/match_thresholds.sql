select
    rule,
    chance_probability,
    threshold,
    threshold_low,
    threshold_high,
    true_positive_rate,
    false_positive_rate
from {{ ref('score_thresholds') }}
order by rule
