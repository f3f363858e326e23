-- Predictions for the sources of a simulated sky that a classifier was not trained on: own classes,
-- and coarse ones, which all classifiers and their consensus can be compared in. No rows on real
-- data.
with
    truth as (
        select csc_name, kind
        from {{ ref('stg_truth') }}
        union all
        select csc_name, kind
        from {{ ref('stg_galaxies__truth') }}
    ),

    -- the kinds of the simulation are classes of several classifiers, alike in their coarse class
    coarse_kinds as (
        select distinct class as kind, {{ coarse_class('classifier', 'class') }} as coarse_kind
        from
            (
                {% for name, entry in var('classifiers').items() -%}
                    select
                        '{{ name }}' as classifier,
                        unnest({{ text_list(entry.classes or {}) }}) as class
                        {{ 'union all' if not loop.last }}
                {% endfor -%}
            )
    ),

    untrained as (
        select csc_name, classifier, class, confidence
        from {{ ref('classified_sources') }}
        where state = 'classified' and not is_training_source
    ),

    own as (
        select
            csc_name,
            classifier,
            list(class order by class) as classes,
            list(probability order by class) as probabilities
        from {{ ref('probabilities_by_class') }}
        group by csc_name, classifier
    ),

    trained_on as (
        select csc_name
        from {{ ref('classified_sources') }}
        group by csc_name
        having bool_or(is_training_source)
    ),

    votes as (
        select csc_name, classifier, coarse_class, p
        from {{ ref('class_votes') }}
        semi join untrained using (csc_name, classifier)
        union all
        select csc_name, 'consensus', coarse_class, p
        from {{ ref('consensus_probabilities') }}
        anti join trained_on using (csc_name)
    ),

    coarse as (
        select
            csc_name,
            classifier,
            arg_max(coarse_class, (p, coarse_class)) as class,
            list(coarse_class order by coarse_class) as classes,
            list(p order by coarse_class) as probabilities
        from votes
        group by csc_name, classifier
    )

select
    classifier,
    'released' as variant,
    true as is_released,
    'simulated' as scheme,
    'own' as class_set,
    csc_name,
    1 as repeat,
    kind as true_class,
    class,
    confidence,
    classes,
    probabilities
from untrained
inner join truth using (csc_name)
inner join own using (csc_name, classifier)
union all
select
    classifier,
    case classifier when 'consensus' then 'pooled' else 'vote' end,
    classifier = 'consensus',
    'simulated',
    'coarse',
    csc_name,
    1,
    coarse_kind,
    class,
    null,
    classes,
    probabilities
from coarse
inner join truth using (csc_name)
inner join coarse_kinds using (kind)
order by classifier, class_set, csc_name
