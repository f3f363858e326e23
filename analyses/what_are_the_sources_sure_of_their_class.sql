-- How many X-ray sources of each class can be trusted, by each classifier?
select
    classifier,
    class,
    count(*) as n_sources,
    count(*) filter (is_reliable) as n_reliable,
    count(*) filter (is_confident) as n_confident,
    round(avg(class_prob), 3) as mean_probability
from {{ ref('source_classes') }}
where state = 'classified'
group by classifier, class
order by classifier, n_sources desc
