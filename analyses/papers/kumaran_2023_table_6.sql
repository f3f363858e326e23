-- Table 6 of Kumaran et al. 2023: purity, completeness and F1, means over sources, and MCC.
-- One row per variant, of training sources out of folds at random. Other trees and sets of features
-- than ours are those of studies, boosted_classifiers.
with
    evaluated as (
        select *
        from {{ ref('class_evaluation') }}
        where
            classifier = 'boosted'
            and scheme = 'random'
            and class_set = 'own'
            and subset = 'all'
            and variant not like '%uncalibrated'
    ),

    per_variant as (
        -- a class that is never predicted has no purity: it counts as 0
        select variant, sum(n * coalesce(purity, 0)) / sum(n) as weighted_purity
        from evaluated
        where class <> 'all'
        group by variant
    )

select
    variant,
    n as n_sources,
    weighted_purity,
    accuracy as weighted_completeness,
    weighted_f1,
    e_weighted_f1,
    mcc,
    e_mcc
from evaluated
inner join per_variant using (variant)
where class = 'all'
order by mcc desc, variant
