-- Predictions of all classifiers for sources of known class that they were not trained on: what all evaluation of classes reads.
with rooms as (
    {% for name in var('classifiers') -%}
    select '{{ name }}' as classifier, * from {{ ref(name ~ '_predictions') }}
    union all by name
    {% endfor -%}
    select * from {{ ref('consensus_predictions') }}
    union all by name
    select * from {{ ref('simulated_predictions') }}
),

-- a class that did not train has no chance
filled as (
    select * replace (case when list_count(probabilities) > 0 then [coalesce(p, 0) for p in probabilities] end as probabilities) from rooms
)

select
    classifier,
    variant,
    is_released,
    scheme,
    class_set,
    csc_name,
    detection_id,
    repeat::integer as repeat,
    fold::integer as fold,
    field::integer as field,
    true_class,
    class,
    probabilities[list_position(classes, class)] as class_prob,
    case when probabilities is not null then coalesce(probabilities[list_position(classes, true_class)], 0) end as p_true,
    list_sum([p * p for p in probabilities]) as sum_p2,
    confidence,
    case classifier
        {%- for name, entry in var('classifiers').items() if entry.confident is not none %}
        when '{{ name }}' then confidence >= {{ entry.confident }}
        {%- endfor %}
    end as is_confident,
    classes,
    probabilities,
    prediction_set
from filled
order by classifier, variant, scheme, class_set, csc_name, detection_id, repeat
