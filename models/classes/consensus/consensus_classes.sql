-- Coarse class of every X-ray source by all classifiers together, and how far they agree.
with
    votes as (
        select csc_name, classifier, arg_max(coarse_class, (p, coarse_class)) as class
        from {{ ref('class_votes') }}
        group by csc_name, classifier
    ),

    pooled as (
        select
            csc_name,
            arg_max(coarse_class, (p, coarse_class)) as class,
            max(p) as class_prob,
            {{ exact_sum('case when p > 0 then -p * log2(p) else 0 end') }} as entropy
        from {{ ref('consensus_probabilities') }}
        group by csc_name
    ),

    compared as (
        select
            csc_name,
            count(*) as n_classifiers,
            count(*) filter (votes.class = pooled.class) as n_agreeing
        from votes
        left join pooled using (csc_name)
        group by csc_name
    ),

    sources as (
        select csc_name, bool_or(is_training_source) as is_training_source
        from {{ ref('classified_sources') }}
        group by csc_name
    )

select
    csc_name,
    coalesce(n_classifiers, 0)::integer as n_classifiers,
    coalesce(n_agreeing, 0)::integer as n_agreeing,
    pooled.class,
    class_prob,
    entropy,
    is_training_source
from sources
left join compared using (csc_name)
left join pooled using (csc_name)
order by csc_name
