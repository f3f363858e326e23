-- Table 1 of Yang et al. 2022: training sources of each class.
-- One row per class, and one of all.
select coalesce(class, 'all') as class, sum(n)::integer as n_sources
from {{ ref('class_census') }}
where classifier = 'muwclass' and step = 'labels' and state = 'trains'
group by rollup (class)
having sum(n) > 0
order by class = 'all', class
