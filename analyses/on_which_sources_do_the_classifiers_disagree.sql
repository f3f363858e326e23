-- On which sources do the classifiers disagree most, each being sure of its class?
with
    against as (
        select
            csc_name,
            count(distinct coarse_class) as n_classes,
            string_agg(classifier || ': ' || coarse_class, ', ' order by classifier) as classes,
            min(class_prob) as least_class_prob
        from {{ ref('source_classes') }}
        where state = 'classified'
        group by csc_name
        having n_classes > 1
    )

select
    csc_name,
    class as consensus,
    round(class_prob, 2) as class_prob,
    round(entropy, 2) as entropy,
    n_classes,
    classes,
    round(least_class_prob, 2) as least_class_prob
from {{ ref('class_consensus') }}
inner join against using (csc_name)
order by n_classes desc, least_class_prob desc, csc_name
