-- Figure 5 of Kumaran et al. 2023: confusion matrices, a panel for each set of features.
-- One row per panel and cell: fractions of the true class, of training sources out of folds at
-- random. Other sets of features than ours are those of studies, boosted_classifiers.
select variant as panel, true_class as down, class as across, fraction_of_true as fraction, n
from {{ ref('class_confusion') }}
where
    classifier = 'boosted'
    and scheme = 'random'
    and class_set = 'own'
    and subset = 'all'
    and not regexp_matches(variant, 'uncalibrated|forest|gradient')
order by panel, down, across
