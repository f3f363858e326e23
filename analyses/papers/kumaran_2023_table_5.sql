-- Table 5 of Kumaran et al. 2023: purity, completeness and F1 of each class.
-- One row per class and variant, of training sources out of folds at random. Other trees and sets
-- of features than ours are those of studies, boosted_classifiers.
select class, variant, n as n_sources, purity, e_purity, completeness, e_completeness, f1, e_f1
from {{ ref('class_evaluation') }}
where
    classifier = 'boosted'
    and scheme = 'random'
    and class_set = 'own'
    and subset = 'all'
    and variant not like '%uncalibrated'
    and class <> 'all'
order by n desc, class, variant
