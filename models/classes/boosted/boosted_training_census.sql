-- How many labelled sources train, and why the others do not.
select
    class,
    coalesce(not_used_because, 'trains') as state,
    count(*)::integer as n_sources,
    count(*) filter (is_published)::integer as n_published
from {{ ref('boosted_labels') }}
group by class, state
order by class, state
