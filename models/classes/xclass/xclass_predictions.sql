-- Predictions for the training sources by XClass without them, by the fits of their spectra that
-- var xclass_variants names: of the group, of the published classes, and of all (class_set).
select
    variant,
    variant = '{{ xclass_released_way() }}' as is_released,
    case part when 'folds' then 'random' else part end as scheme,
    case level when 'full' then 'own' else level end as class_set,
    csc_name,
    1 as repeat,
    fold,
    null::integer as field,
    true_class,
    class,
    confidence,
    classes,
    p as probabilities
from {{ ref('xclass_out_of_fold') }}
order by variant, scheme, class_set, csc_name
