-- Probability of each coarse class, by each classifier, of the labelled sources that the consensus
-- is learned from, which the classifier has not seen. Its own training sources vote by predictions
-- out of fold, in the scheme of var classifiers. Others vote as they are classified, unless one of
-- its training sources is near, by whose field it might know them.
with
    teachers as (
        select null::varchar as classifier, null::double as ra, null::double as dec
        where false
        {%- for name, entry in var('classifiers').items() if entry.knows_fields %}
            union
            select '{{ name }}' as classifier, ra, dec
            from {{ ref(name ~ '_labels') }}
            where not_used_because is null
        {%- endfor %}
    ),

    near_a_teacher as (
        select distinct classifier, csc_name
        from
            (
                {{ sky_join(ref('muwclass_training'), ['csc_name'], 'teachers', 3600 * var('field_link_deg')) }}
            )
    ),

    out_of_fold as (
        select
            null::varchar as classifier,
            null::varchar as csc_name,
            null::varchar as class,
            null::double as probability
        where false
        {%- for name, entry in var('classifiers').items() if entry.held_out %}
            union all
            select
                '{{ name }}' as classifier,
                csc_name,
                unnest(classes) as class,
                unnest(probabilities) as probability
            from {{ ref(name ~ '_predictions') }}
            where
                is_released and scheme = '{{ entry.held_out }}' and class_set = 'own' and repeat = 1
        {%- endfor %}
    ),

    as_classified as (
        select probabilities.classifier, csc_name, class, probability
        from {{ ref('probabilities_by_class') }} as probabilities
        semi join {{ ref('muwclass_training') }} using (csc_name)
        anti join
            (
                select classifier, csc_name
                from {{ ref('classified_sources') }}
                where is_training_source
            ) using (classifier, csc_name)
        anti join near_a_teacher using (classifier, csc_name)
    ),

    votes as (
        select
            csc_name,
            classifier,
            {{ coarse_class('classifier', 'class') }} as coarse_class,
            {{ exact_sum('probability') }} as p
        from
            (
                select *
                from out_of_fold
                union all by name
                select *
                from as_classified
            )
        where probability is not null
        group by csc_name, classifier, coarse_class
    )

select
    votes.csc_name,
    training.field,
    training.field_fold,
    {{ coarse_class("'muwclass'", 'training.class') }} as true_class,
    votes.classifier,
    votes.coarse_class,
    votes.p
from votes
inner join {{ ref('muwclass_training') }} as training using (csc_name)
where true_class is not null
order by csc_name, classifier, coarse_class
