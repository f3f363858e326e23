-- Figure 5 of Yang et al. 2022: ROC curves of the algorithms, the mean over classes.
-- One row per algorithm and false positive rate, of training sources out of folds at random; our
-- own classifier beside them. All but it and the forest are those of studies, muwclass_classifiers.
select
    classifier || ', ' || variant || coalesce(' (area ' || round(auc, 3) || ')', '') as series,
    false_positive_rate as x,
    true_positive_rate as y
from {{ ref('class_roc') }}
inner join {{ ref('class_evaluation') }} using (classifier, variant, is_released, scheme, class_set)
where
    (classifier = 'muwclass' or (classifier = 'lynceus' and is_released))
    and scheme = 'random'
    and class_set = 'own'
    and subset = 'all'
    and class = 'all'
order by classifier = 'lynceus', is_released desc, series, x, y
