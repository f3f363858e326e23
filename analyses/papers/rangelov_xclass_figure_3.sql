-- Figure 3 of Rangelov et al. (XClass): the 15 most important features of the first stage.
-- One row per feature.
{% set variant = 'label' if 'label' in var('xclass_variants') else xclass_released_way() %}
select feature, importance, importance_std, true as is_selected, false as is_random
from {{ ref('feature_importances') }}
where classifier = 'xclass' and model = '{{ variant }}, groups'
order by importance desc, feature
limit 15
