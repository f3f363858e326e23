-- Table 4 of Rangelov et al. (XClass): performance out of folds at random.
-- One row per way of fitting spectra, stage and subset. Class-aware fits are the paper's.
with
    evaluated as (
        select *
        from {{ ref('class_evaluation') }}
        where
            classifier = 'xclass'
            and scheme = 'random'
            and class_set in ('stage_one', 'published_with_cv', 'own')
            and class = 'all'
    ),

    everything as (select variant, class_set, n as n_all from evaluated where subset = 'all')

select
    {{ named_fits('variant') }} as fits,
    case
        class_set
        when 'stage_one'
        then '1: groups'
        when 'published_with_cv'
        then '2: the published six classes'
        else '3: all seven classes'
    end as stage,
    subset,
    n as n_sources,
    accuracy,
    balanced_accuracy,
    macro_f1,
    mcc,
    n / n_all as fraction_kept,
    brier,
    ece
from evaluated
inner join everything using (variant, class_set)
order by fits, stage, subset
