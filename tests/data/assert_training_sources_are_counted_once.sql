-- Every row of the training table is in one state of the census, those that train are what the
-- classifiers are trained on, and each class is spread evenly over the folds.
with
    counts as (
        select
            (
                select count(*) from {{ source('literature', 'literature_yangetal_training') }}
            ) as n_raw,
            (select count(distinct csc_name) from {{ ref('muwclass_labels') }}) as n_labelled,
            (
                select coalesce(sum(n), 0)
                from {{ ref('class_census') }}
                where classifier = 'muwclass' and step = 'labels'
            ) as n_counted,
            (
                select coalesce(sum(n), 0)
                from {{ ref('class_census') }}
                where classifier = 'muwclass' and step = 'labels' and state = 'trains'
            ) as n_trains,
            (select count(*) from {{ ref('muwclass_training') }}) as n_training,
            (
                select count(*) from {{ ref('muwclass_labels') }} where not_used_because is null
            ) as n_used
    ),

    folds as (
        select class, fold, count(*) as n from {{ ref('muwclass_training') }} group by class, fold
    )

select 'sources' as what, n_raw, n_counted
from counts
where
    n_raw <> n_labelled
    or n_training <> n_used
    -- unless var classifiers leaves it out
    or ({{ 'muwclass' in var('classifiers') }} and (n_raw <> n_counted or n_trains <> n_training))

union all

select 'folds of ' || class, max(n), min(n)
from folds
group by class
having max(n) - min(n) > 1
