-- What every X-ray source without an excluding flag is: its class membership probabilities, the class of the largest, and the set of classes
-- that aims at holding the true one as often as var boosted_coverage asks. Of a class without a threshold nothing is known: it is in every set.
{% set classes = var('boosted_classes') %}
with thresholds as (
    select
        list(class) as thresholded,
        list(least_probability) as least_probabilities
    from {{ ref('boosted_set_thresholds') }}
    where fold is null and repeat = 1
),

judged as (
    select
        csc_name,
        classes,
        probabilities,
        list_grade_up(probabilities, 'desc', 'nulls last') as places,
        -- without a field to hold out there are no thresholds, and no sets
        case when probabilities is not null and thresholded is not null then [
            classes[i] for i in range(1, len(classes) + 1)
            if probabilities[i] >= coalesce(least_probabilities[list_position(thresholded, classes[i])], 0)
        ] end as prediction_set
    from {{ ref('boosted_scores') }}
    cross join {{ ref('boosted_model') }}
    cross join thresholds
)

select
    csc_name,
    classes[places[1]] as class,
    probabilities[places[1]] as class_prob,
    classes[places[2]] as second_class,
    probabilities[places[2]] as second_class_prob,
    list_sum([case when p > 0 then -p * log2(p) else 0 end for p in probabilities]) as entropy,
    array_to_string(prediction_set, '|') as prediction_set,
    len(prediction_set)::integer as prediction_set_size,
    {% for name in classes -%}
    probabilities[list_position(classes, '{{ name }}')] as p_{{ class_column(name) }}{{ ',' if not loop.last }}
    {% endfor %}
from judged
order by csc_name
