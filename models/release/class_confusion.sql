-- Which class each classifier takes for which, on sources it has not seen: Yang et al. 2022, figure 8.
with sources as (
    select *, 'all' as subset from {{ ref('class_predictions') }}
    union all
    select *, 'confident' as subset from {{ ref('class_predictions') }} where confidence_threshold >= {{ var('confident_ct') }}
)

select
    classifier,
    scheme,
    subset,
    true_class,
    class,
    count(*)::integer as n_sources,
    n_sources / sum(count(*)) over (partition by classifier, scheme, subset, true_class) as share_of_true,
    n_sources / sum(count(*)) over (partition by classifier, scheme, subset, class) as share_of_said
from sources
group by classifier, scheme, subset, true_class, class
order by classifier, scheme, subset, true_class, class
