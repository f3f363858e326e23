-- Every X-ray detection is in the census once, every detection of a class in the released table,
-- every source of a class in one of two formats.
with
    counted as (
        select state, sum(n) as n
        from {{ ref('class_census') }}
        where classifier = 'umlcaxs' and step = 'detections'
        group by state
    ),

    counts as (
        select
            (select count(*) from {{ source('csc', 'csc_observation') }}) as n_raw,
            (select coalesce(sum(n), 0) from counted) as n_counted,
            (select coalesce(sum(n), 0) from counted where state = 'classified') as n_classified,
            (select count(class) from {{ ref('umlcaxs_detections') }}) as n_released,
            (select count(class) from {{ ref('umlcaxs_probabilities') }}) as n_sources,
            (select count(*) from {{ ref('umlcaxs_uniquely_classified') }}) as n_unique,
            (select count(*) from {{ ref('umlcaxs_ambiguous') }}) as n_ambiguous
    )

select *
from counts
where
    ({{ 'umlcaxs' in var('classifiers') }} and (n_raw <> n_counted or n_classified <> n_released))
    or n_sources <> n_unique + n_ambiguous
