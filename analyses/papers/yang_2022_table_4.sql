-- Table 4 of Yang et al. 2022: algorithms compared on the training sources.
-- One row per algorithm, out of folds at random (the paper leaves one source out). All but the
-- forest are those of studies, muwclass_classifiers.
with
    run_times as (
        select
            replace(classifier, '_', ' ') || ', measured values' as variant,
            any_value(run_time_s) as run_time_s
        from {{ ref('muwclass_comparison') }}
        group by classifier
    )

select variant, n as n_sources, accuracy, balanced_accuracy, macro_f1, mcc, auc, run_time_s
from {{ ref('class_evaluation') }}
left join run_times using (variant)
where
    classifier = 'muwclass'
    and scheme = 'random'
    and class_set = 'own'
    and subset = 'all'
    and class = 'all'
order by accuracy desc, variant
