-- How much each feature matters to each classifier, beside a feature of pure chance: Yang et al. 2022, figure 4.
select
    'muwclass' as classifier,
    feature,
    feature = 'random' as is_random,
    is_selected,
    importance,
    importance_std
from {{ ref('muwclass_importances') }}
order by classifier, feature
