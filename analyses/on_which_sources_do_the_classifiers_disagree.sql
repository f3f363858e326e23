-- On which sources do the classifiers disagree most, each being sure of its class?
with said as (
    unpivot (
        select csc_name, class, class_prob, entropy, boosted_class, lynceus_class, muwclass_class, umlcaxs_class
        from {{ ref('class_consensus') }}
    )
    on boosted_class, lynceus_class, muwclass_class, umlcaxs_class into name classifier value said_class
),

against as (
    select
        csc_name,
        count(*) as n_classifiers,
        count(distinct said_class) as n_classes,
        string_agg(replace(classifier, '_class', '') || ': ' || said_class, ', ' order by classifier) as classes_said
    from said
    group by csc_name
    having n_classes > 1
)

select
    csc_name,
    consensus.class as consensus,
    round(class_prob, 2) as class_prob,
    round(entropy, 2) as entropy,
    n_classes,
    classes_said,
    round(least(boosted_class_prob, lynceus_class_prob, muwclass_class_prob, umlcaxs_class_prob), 2) as least_sure
from {{ ref('class_consensus') }} as consensus
inner join against using (csc_name)
order by n_classes desc, least_sure desc, csc_name
limit 20
