select rule, chance_probability, threshold, true_positive_rate, false_positive_rate
from {{ ref('score_thresholds') }}
order by rule
