-- Table 8 of Kumaran et al. 2023: X-ray sources of unknown class put into each class.
-- One row per class, and one of all: their number, and of those with a probability above 3 and 4
-- sigma.
select
    coalesce(class, 'all') as class,
    count(*)::integer as n_sources,
    count(*) filter (class_prob > 0.997)::integer as n_3_sigma,
    count(*) filter (class_prob > 0.9999)::integer as n_4_sigma
from {{ ref('source_classes') }}
where classifier = 'boosted' and state = 'classified' and not is_training_source
group by rollup (class)
having count(*) > 0
order by class = 'all', class
