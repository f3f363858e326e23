-- Every labelled source trains or has a reason; every training source is predicted once per
-- variant, scheme and repeat.
select 'labelled sources' as what
from
    (
        select
            (select count(*) from {{ ref('boosted_labels') }}) as n,
            (
                select coalesce(sum(n), 0)
                from {{ ref('class_census') }}
                where classifier = 'boosted' and step = 'labels'
            ) as found
    )
where n <> found and {{ 'boosted' in var('classifiers') }}
union all
select 'predicted by ' || variant
from
    (
        select variant, count(*) as n, count(distinct csc_name) as found
        from {{ ref('boosted_predictions') }}
        group by variant, scheme, repeat
    )
where
    n <> found
    or n <> (select count(*) from {{ ref('boosted_labels') }} where not_used_because is null)
