-- How much each feature matters to each classifier that tells: the mean decrease of impurity.
select
    'muwclass' as classifier,
    'forest' as model,
    feature,
    feature = 'random' as is_random,
    is_selected,
    importance,
    importance_std
from {{ ref('muwclass_importances') }}
union all
select
    'xclass' as classifier,
    way || ', ' || model as model,
    unnest(features) as feature,
    false as is_random,
    true as is_selected,
    unnest(importance) as importance,
    unnest(importance_std) as importance_std
from {{ ref('xclass_model') }}
where len(importance) > 0
order by classifier, model, feature
