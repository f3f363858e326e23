-- Table 2 of Yang et al. 2022: features used for classification.
-- One row per feature, with its importance (the paper's figure 4).
select
    row_number() over (order by importance desc, feature)::integer as rank,
    feature,
    importance,
    importance_std
from {{ ref('feature_importances') }}
where classifier = 'muwclass' and is_selected and not is_random
order by rank
