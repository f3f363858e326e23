-- Predictions of the coarse classes of sources of known class, by each classifier and by the
-- consensus of all, none of which has seen their field of the sky.
with
    votes as (
        select classifier, csc_name, coarse_class, p
        from {{ ref('held_out_votes') }}
        union all
        -- by weights in which the source's field of the sky has no part
        select 'consensus' as classifier, csc_name, coarse_class, p
        from ({{ pooled_votes(ref('held_out_votes'), ref('consensus_weights'), ['field_fold']) }})
    ),

    truths as (
        select
            csc_name,
            any_value(true_class) as true_class,
            any_value(field_fold) as fold,
            any_value(field) as field
        from {{ ref('held_out_votes') }}
        group by csc_name
    )

select
    votes.classifier,
    case votes.classifier when 'consensus' then 'pooled' else 'vote' end as variant,
    votes.classifier = 'consensus' as is_released,
    'field' as scheme,
    'coarse' as class_set,
    votes.csc_name,
    1 as repeat,
    any_value(truths.fold) as fold,
    any_value(truths.field) as field,
    any_value(truths.true_class) as true_class,
    arg_max(votes.coarse_class, (votes.p, votes.coarse_class)) as class,
    null::double as confidence,
    list(votes.coarse_class order by votes.coarse_class) as classes,
    list(votes.p order by votes.coarse_class) as probabilities
from votes
inner join truths using (csc_name)
group by votes.classifier, votes.csc_name
order by classifier, csc_name
