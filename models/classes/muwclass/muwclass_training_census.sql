-- How many sources of the training table train, and why the others do not.
select
    class,
    coalesce(not_used_because, 'trains') as state,
    count(*)::integer as n_sources,
    count(*) filter (is_published)::integer as n_published
from {{ ref('muwclass_labels') }}
group by class, state
order by class, state
