-- Confusion matrices: which class each classifier predicts for sources of each true class that it
-- was not trained on.
{% set axes = 'classifier, variant, is_released, scheme, class_set, subset' %}
select
    {{ axes }},
    true_class,
    coalesce(class, 'none') as class,
    count(*)::integer as n,
    n / sum(count(*)) over (partition by {{ axes }}, true_class) as fraction_of_true,
    n
    / sum(count(*)) over (partition by {{ axes }}, coalesce(class, 'none')) as fraction_of_predicted
from {{ ref('evaluated_predictions') }}
group by {{ axes }}, true_class, coalesce(class, 'none')
order by {{ axes }}, true_class, class
