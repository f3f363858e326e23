-- Table 2 of Perez-Diaz et al. 2026: the properties that the score sees, and their part in it.
-- One row per property: the percentage of the trees' splits that are on it.
select
    row_number() over (order by importance desc, feature)::integer as rank,
    feature,
    100 * importance as split_percent
from {{ ref('feature_importances') }}
where classifier = 'match'
order by rank
