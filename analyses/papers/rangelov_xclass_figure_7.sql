-- Figure 7 of Rangelov et al. (XClass): accuracy over the probability of the class.
-- One row per panel and bin, of training sources out of folds at random. Class-aware fits are the
-- paper's.
select
    {{ named_fits('variant') }} as panel,
    p_mean,
    fraction_true as accuracy,
    n_claims as n_sources,
    ece
from {{ ref('class_reliability') }}
inner join
    (
        select classifier, variant, scheme, class_set, ece
        from {{ ref('class_evaluation') }}
        where subset = 'all' and class = 'all'
    ) using (classifier, variant, scheme, class_set)
where
    classifier = 'xclass'
    and scheme = 'random'
    and class_set = 'published'
    and of_class = 'predicted'
order by panel, p_mean
