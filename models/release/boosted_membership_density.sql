-- The distribution of the class membership probabilities of sources of unknown class (Kumaran et al. 2023, equations 7 and 8).
select
    class,
    least(floor(class_prob * 50), 49)::integer / 50 as class_prob_min,
    count(*)::integer as n_sources,
    count(*) * 50 / sum(count(*)) over (partition by class) as density
from {{ ref('boosted_classes') }}
where state = 'classified' and not is_training_source
group by class, class_prob_min
order by class, class_prob_min
