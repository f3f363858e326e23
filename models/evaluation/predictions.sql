-- Predictions of all classifiers for sources of known class that they were not trained on: what all
-- evaluation of classes reads.
with
    contract as (
        -- columns of a room, of which it may lack the third line
        select
            null::varchar as variant,
            false as is_released,
            null::varchar as scheme,
            null::varchar as class_set,
            null::varchar as csc_name,
            1 as repeat,
            null::varchar as true_class,
            null::varchar as class,
            null::varchar[] as classes,
            null::double[] as probabilities,
            null::integer as fold,
            null::integer as field,
            null::double as confidence,
            null::varchar as detection_id,
            null::varchar[] as prediction_set
        where false
    ),

    rooms as (
        select null::varchar as classifier, *
        from contract
        {%- for name in var('classifiers') %}
            union all by name
            select '{{ name }}' as classifier, *
            from {{ ref(name ~ '_predictions') }}
        {%- endfor %}
        union all by name
        select *
        from {{ ref('consensus_predictions') }}
        union all by name
        select *
        from {{ ref('simulated_predictions') }}
    ),

    -- a class that did not train has no chance
    filled as (
        select
            * replace (
                case
                    when list_count(probabilities) > 0 then [coalesce(p, 0) for p in probabilities]
                end as probabilities
            )
        from rooms
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
    case
        when probabilities is not null
        then coalesce(probabilities[list_position(classes, true_class)], 0)
    end as p_true,
    list_sum([p * p for p in probabilities]) as sum_p2,
    confidence,
    {{ is_confident() }} as is_confident,
    classes,
    probabilities,
    prediction_set
from filled
order by classifier, variant, scheme, class_set, csc_name, detection_id, repeat
