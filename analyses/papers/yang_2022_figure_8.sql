-- Figure 8 of Yang et al. 2022: confusion matrices of all and of the confident classes.
-- One row per panel and cell: fractions of the true class (completeness) and of the predicted one
-- (purity), of training sources out of folds at random (the paper leaves one source out).
select
    'completeness (rows: true class), ' || subset as panel,
    true_class as down,
    class as across,
    fraction_of_true as fraction,
    n
from {{ ref('class_confusion') }}
where classifier = 'muwclass' and is_released and scheme = 'random' and class_set = 'own'
union all
select 'purity (rows: predicted class), ' || subset, class, true_class, fraction_of_predicted, n
from {{ ref('class_confusion') }}
where classifier = 'muwclass' and is_released and scheme = 'random' and class_set = 'own'
order by panel, down, across
