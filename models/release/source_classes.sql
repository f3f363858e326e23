-- Class of every X-ray source by each classifier; sources that cannot be classified are there with
-- their state.
with
    coarse as (
        select csc_name, classifier, arg_max(coarse_class, (p, coarse_class)) as coarse_class
        from {{ ref('class_votes') }}
        group by csc_name, classifier
    )

select
    csc_name,
    classifier,
    state,
    class,
    class_prob,
    e_class_prob,
    coarse_class,
    second_class,
    second_class_prob,
    confidence,
    is_confident,
    is_reliable,
    array_to_string(prediction_set, '|') as prediction_set,
    is_training_source
from {{ ref('judged_sources') }}
left join coarse using (csc_name, classifier)
order by csc_name, classifier
