-- Predictions for the training sources by MUWCLASS without them; and by other classifiers in the
-- place of its forest, on the measured values (Yang et al. 2022, table 4).
with
    predictions as (
        select '{{ var("muwclass_classifier") }}' as variant, true as is_released, *
        from {{ ref('muwclass_out_of_fold') }}
        union all by name
        -- one draw has no deviation to be confident by
        select
            replace(classifier, '_', ' ') || ', measured values' as variant,
            false as is_released,
            'random' as scheme,
            * exclude (classifier) replace (null::double as confidence_threshold)
        from {{ ref('muwclass_comparison') }}
    )

select
    variant,
    is_released,
    scheme,
    'own' as class_set,
    csc_name,
    1 as repeat,
    case scheme when 'field' then field_fold else fold end as fold,
    field,
    training.class as true_class,
    predictions.class,
    confidence_threshold as confidence,
    {{ text_list(classes_of('muwclass')) }} as classes,
    {{ class_probability_list(classes_of('muwclass')) }} as probabilities
from predictions
inner join {{ ref('muwclass_training') }} as training using (csc_name)
left join {{ ref('training_fields') }} using (csc_name)
order by variant, scheme, csc_name
