-- How many X-ray sources of unknown class do the boosted trees put into each class, and how
-- probably? Above the probabilities of Kumaran et al. 2023, table 8: 3 and 4 sigma.
select
    class,
    count(*) as n_sources,
    count(*) filter (class_prob > 0.997) as n_3_sigma,
    count(*) filter (class_prob > 0.9999) as n_4_sigma
from {{ ref('source_classes') }}
where classifier = 'boosted' and state = 'classified' and not is_training_source
group by class
order by class
