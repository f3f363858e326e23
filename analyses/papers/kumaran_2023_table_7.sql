-- Table 7 of Kumaran et al. 2023: each class with all features, and with X-ray features only.
-- One row per class and set of features; none unless one is xray (studies, boosted_classifiers, as
-- [[kumaran, xray]]).
with
    evaluated as (
        select *, variant like '%xray' as is_xray
        from {{ ref('class_evaluation') }}
        where
            classifier = 'boosted'
            and scheme = 'random'
            and class_set = 'own'
            and subset = 'all'
            and variant not like '%uncalibrated'
            and class <> 'all'
            and not regexp_matches(variant, 'forest|gradient')
    )

select class, variant, n as n_sources, purity, e_purity, completeness, e_completeness, f1, e_f1
from evaluated
where (select bool_or(is_xray) from evaluated)
order by n desc, class, is_xray, variant
