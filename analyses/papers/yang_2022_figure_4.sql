-- Figure 4 of Yang et al. 2022: importance of each feature, and of a random one.
-- One row per feature.
select feature, importance, importance_std, is_selected, is_random
from {{ ref('feature_importances') }}
where classifier = 'muwclass'
order by importance desc, feature
