-- How much worse are the classifiers on fields of the sky that they have never seen than random folds make believe?
select
    classifier,
    scheme,
    n_sources,
    round(accuracy, 3) as accuracy,
    round(balanced_accuracy, 3) as balanced_accuracy,
    round(macro_f1, 3) as macro_f1,
    round(mcc, 3) as mcc,
    round(log_loss, 3) as log_loss,
    round(expected_calibration_error, 3) as expected_calibration_error
from {{ ref('class_evaluation') }}
where cut_by = 'none'
order by classifier, scheme
