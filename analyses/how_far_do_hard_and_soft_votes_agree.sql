-- How far do the hard and the soft vote of umlcaxs agree, of all sources as published and of those
-- for which the two can differ?
with
    sources as (
        select hard_class, class, is_tie, n_detections
        from {{ ref('umlcaxs_probabilities') }}
        where class is not null
    ),

    subsets as (
        select 'all' as subset, *
        from sources
        union all
        select 'several detections' as subset, *
        from sources
        where n_detections > 1
        union all
        select 'no tie' as subset, *
        from sources
        where not is_tie
    ),

    shares as (
        select subset, sum(n_hard * n_soft) as n_by_chance
        from
            (
                select
                    subset,
                    name,
                    count(*) filter (hard_class = name) as n_hard,
                    count(*) filter (class = name) as n_soft
                from subsets
                cross join (select unnest({{ text_list(classes_of('umlcaxs')) }}) as name)
                group by subset, name
            )
        group by subset
    )

select
    subset,
    count(*)::integer as n_sources,
    count(*) filter (is_tie)::integer as n_ties,
    count(*) filter (hard_class <> class)::integer as n_ambiguous,
    (count(*) filter (hard_class = class) / count(*) - any_value(n_by_chance) / pow(count(*), 2))
    / nullif(1 - any_value(n_by_chance) / pow(count(*), 2), 0) as kappa
from subsets
inner join shares using (subset)
group by subset
order by subset
