-- Which classifier is better on the same sources?
-- Each beside the others, in coarse classes, on fields of the sky that it was not trained on.
select
    subset,
    classifier,
    n,
    round(accuracy, 3) as accuracy,
    round(mcc, 3) as mcc,
    round(log_loss, 3) as log_loss
from {{ ref('class_evaluation') }}
where class_set = 'coarse' and scheme = 'field' and class = 'all'
order by subset, log_loss
