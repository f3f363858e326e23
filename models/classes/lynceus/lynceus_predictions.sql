-- Predictions for the training sources by lynceus without them.
select
    'calibrated' as variant,
    true as is_released,
    scheme,
    'own' as class_set,
    csc_name,
    1 as repeat,
    case scheme when 'field' then field_fold else fold end as fold,
    field,
    true_class,
    predictions.class,
    null::double as confidence,
    {{ text_list(classes_of('lynceus')) }} as classes,
    {{ class_probability_list(classes_of('lynceus')) }} as probabilities
from {{ ref('lynceus_out_of_fold') }} as predictions
left join {{ ref('training_fields') }} using (csc_name)
left join {{ ref('muwclass_training') }} as training using (csc_name)
order by scheme, csc_name
