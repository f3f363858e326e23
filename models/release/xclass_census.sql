-- How many objects of each class there are from the catalogues to the classifier, and why the others are not: Rangelov et al., table 1.
with steps as (
    select '1 catalogue entries' as step, coalesce(class, 'none') as class, coalesce(not_used_because, 'used') as state, count(*) as n
    from {{ ref('xclass_entries') }} group by all
    union all
    select '2 objects' as step, class, 'used' as state, count(*) as n from {{ ref('xclass_objects') }} group by all
    union all
    select '3 X-ray sources' as step, class, coalesce(not_used_because, match) as state, count(*) as n from {{ ref('xclass_labels') }} group by all
    union all
    select '4 training, ' || way as step, class, coalesce(not_used_because, 'trains') as state, count(*) as n
    from {{ ref('xclass_labelled') }} group by all
)

select
    step,
    class,
    state,
    n::integer as n_rows
from steps
order by step, class, state
