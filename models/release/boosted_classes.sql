-- What every X-ray source is by the boosted trees; sources that they do not classify are there with their state.
select
    sources.csc_name,
    case
        when excluding_flags is not null then 'flagged'
        when probabilities.class is null then 'not_trained'
        else 'classified'
    end as state,
    excluding_flags,
    {% for column in ['class', 'class_prob', 'second_class', 'second_class_prob', 'entropy', 'prediction_set', 'prediction_set_size'] -%}
    probabilities.{{ column }},
    {% endfor -%}
    {% for name in var('boosted_classes') -%}
    p_{{ class_column(name) }},
    {% endfor -%}
    labels.class as literature_class,
    coalesce(labels.not_used_because is null and labels.csc_name is not null, false) as is_training_source
from {{ ref('boosted_measurements') }} as sources
left join {{ ref('boosted_probabilities') }} as probabilities using (csc_name)
left join {{ ref('boosted_labels') }} as labels using (csc_name)
order by sources.csc_name
