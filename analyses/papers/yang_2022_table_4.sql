-- Table 4 of Yang et al. 2022: algorithms compared on the training sources.
-- One row per algorithm, out of folds at random (the paper leaves one source out), without run
-- times. All but the forest are those of studies, muwclass_classifiers.
select variant, n as n_sources, accuracy, balanced_accuracy, macro_f1, mcc, auc
from {{ ref('class_evaluation') }}
where
    classifier = 'muwclass'
    and scheme = 'random'
    and class_set = 'own'
    and subset = 'all'
    and class = 'all'
order by accuracy desc, variant
