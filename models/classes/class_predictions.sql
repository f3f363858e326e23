-- What each classifier says of training sources it has not seen, beside their class: what all evaluation reads.
with predictions as (
    select 'muwclass' as classifier, * exclude (e_class_prob) from {{ ref('muwclass_out_of_fold') }}
    union all by name
    -- one draw has no deviation to be confident by
    select
        'muwclass with ' || replace(classifier, '_', ' ') || ', measured values' as classifier,
        'random' as scheme,
        * exclude (classifier, run_time_s, e_class_prob) replace (null::double as confidence_threshold)
    from {{ ref('muwclass_comparison') }}
    union all by name
    select
        'lynceus' as classifier,
        * exclude (true_class, uncalibrated),
        case class {% for name in var('muwclass_classes') %}when '{{ name }}' then p_{{ class_column(name) }} {% endfor %}end as class_prob
    from {{ ref('lynceus_out_of_fold') }}
)

select
    classifier,
    scheme,
    csc_name,
    training.class as true_class,
    predictions.class,
    class_prob,
    confidence_threshold,
    {% for name in var('muwclass_classes') %}
    -- a class that is not trained has no chance
    coalesce(p_{{ class_column(name) }}, 0) as p_{{ class_column(name) }},
    {% endfor %}
    case training.class {% for name in var('muwclass_classes') %}when '{{ name }}' then p_{{ class_column(name) }} {% endfor %}end as p_true,
    {% for name in var('muwclass_classes') %}{{ ' + ' if not loop.first }}coalesce(pow(p_{{ class_column(name) }}, 2), 0){% endfor %} as sum_p2
from predictions
inner join {{ ref('muwclass_training') }} as training using (csc_name)
order by classifier, scheme, csc_name
