-- Class of every X-ray source by the boosted trees: its class membership probabilities, and the set
-- of classes that aims at holding the true one as often as var boosted_coverage asks. A class
-- without a threshold is in every set.
{% set classes = classes_of('boosted') %}
with
    thresholds as (
        select list(class) as thresholded, list(least_probability) as least_probabilities
        from {{ ref('boosted_set_thresholds') }}
        where fold is null and repeat = 1
    ),

    scores as materialized(
        select
            csc_name,
            class_probabilities(
                (select model_file from {{ ref('boosted_model') }}), features
            ) as probabilities
        from {{ ref('boosted_features') }}
        where role = 'target'
    ),

    judged as (
        select
            csc_name,
            classes,
            probabilities,
            list_grade_up(probabilities, 'desc', 'nulls last') as places,
            -- without a field to hold out there are no thresholds, and no sets
            case
                when probabilities is not null and thresholded is not null
                then
                    [
                        classes[i] for i in range(1, len(classes) + 1)
                        if probabilities[i]
                        >= coalesce(least_probabilities[list_position(thresholded, classes[i])], 0)
                    ]
            end as prediction_set
        from scores
        cross join {{ ref('boosted_model') }}
        cross join thresholds
    )

select
    sources.csc_name,
    case
        when excluding_flags is not null
        then 'flagged'
        when classes[places[1]] is null
        then 'not_trained'
        else 'classified'
    end as state,
    classes[places[1]] as class,
    probabilities[places[1]] as class_prob,
    classes[places[2]] as second_class,
    probabilities[places[2]] as second_class_prob,
    prediction_set,
    {% for name in classes -%}
        probabilities[list_position(classes, '{{ name }}')] as p_{{ class_column(name) }},
    {% endfor -%}
    labels.csc_name is not null and labels.not_used_because is null as is_training_source
from {{ ref('boosted_measurements') }} as sources
left join judged using (csc_name)
left join {{ ref('boosted_labels') }} as labels using (csc_name)
order by sources.csc_name
