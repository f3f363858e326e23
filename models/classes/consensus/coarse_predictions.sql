-- What each classifier, and all together, say of sources of known class that they have not seen. One row per source and classifier.
with votes as (
    select classifier, csc_name, coarse_class, p from {{ ref('held_out_votes') }}
    union all
    select 'consensus' as classifier, csc_name, coarse_class, p from {{ ref('consensus_out_of_fold') }}
),

truths as (
    select distinct csc_name, true_class from {{ ref('held_out_votes') }}
),

counts as (
    select csc_name, count(distinct classifier) as n_classifiers from {{ ref('held_out_votes') }} group by csc_name
)

select
    votes.classifier,
    votes.csc_name,
    any_value(truths.true_class) as true_class,
    arg_max(votes.coarse_class, (votes.p, votes.coarse_class)) as class,
    max(votes.p) as class_prob,
    coalesce(max(votes.p) filter (votes.coarse_class = truths.true_class), 0) as p_true,
    any_value(counts.n_classifiers) = (select count(distinct classifier) from {{ ref('held_out_votes') }}) as is_common
from votes
inner join truths using (csc_name)
inner join counts using (csc_name)
group by votes.classifier, votes.csc_name
order by classifier, csc_name
