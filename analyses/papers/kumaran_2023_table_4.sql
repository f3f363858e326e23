-- Table 4 of Kumaran et al. 2023: training sources of each class.
-- One row per class, then those of the training set, of unknown class, and all. Fractions are of
-- the training set.
with
    training as (
        select class, sum(n) as n_sources
        from {{ ref('class_census') }}
        where classifier = 'boosted' and step = 'labels' and state = 'trains'
        group by class
    ),

    counted(row, class, n_sources) as (
        select 1, class, n_sources
        from training
        union all
        select 2, 'training set', sum(n_sources)
        from training
        union all
        select 3, 'of unknown class', count(*)
        from {{ ref('source_classes') }}
        where classifier = 'boosted' and state = 'classified' and not is_training_source
        union all
        select 4, 'all classified', count(*)
        from {{ ref('source_classes') }}
        where classifier = 'boosted' and state = 'classified'
    )

select
    class,
    n_sources::integer as n_sources,
    case when row < 3 then n_sources / (select sum(n_sources) from training) end as fraction
from counted
where (select count(*) from training) > 0
order by row, n_sources desc, class
