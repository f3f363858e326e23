-- The classes share out each source that a classifier, or all together, classifies; each such source has probabilities.
with totals as (
    select csc_name, classifier, {{ exact_sum('probability') }} as total from {{ ref('class_probabilities') }} group by csc_name, classifier
),

classified as (
    select csc_name, classifier from {{ ref('source_classes') }} where state = 'classified'
    union all
    select csc_name, 'consensus' from {{ ref('class_consensus') }} where class is not null
)

select *
from classified
full join totals using (csc_name, classifier)
where not coalesce(abs(total - 1) <= 1e-9, false) or classified.csc_name is null
