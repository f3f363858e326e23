-- Probabilities of predictions out of fold share out one; XClass's published classes leave out
-- those that are never predicted.
select classifier, variant, scheme, class_set, csc_name, list_sum(probabilities) as total
from {{ ref('predictions') }}
where
    probabilities is not null
    and class_set <> 'published_with_cv'
    and class_set <> 'published'
    and not coalesce(abs(list_sum(probabilities) - 1) <= 1e-9, false)
