-- How good are the classifiers on fields of the sky that they have never seen, and how much better
-- do random folds make them look?
select
    classifier,
    scheme,
    class_set,
    n,
    round(accuracy, 3) as accuracy,
    round(balanced_accuracy, 3) as balanced_accuracy,
    round(macro_f1, 3) as macro_f1,
    round(mcc, 3) as mcc,
    round(log_loss, 3) as log_loss,
    round(ece, 3) as ece
from {{ ref('class_evaluation') }}
where is_released and class = 'all' and subset = 'all' and class_set in ('own', 'coarse')
order by classifier, class_set, scheme
