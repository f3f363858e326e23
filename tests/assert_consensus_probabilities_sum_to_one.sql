-- The coarse classes share out each source, whatever a single classifier or all together say of it.
select csc_name, classifier, {{ exact_sum('p') }} as total
from {{ ref('class_votes') }}
group by csc_name, classifier
having not coalesce(abs(total - 1) <= 1e-9, false)

union all

select csc_name, 'consensus' as classifier, {{ exact_sum('p') }} as total
from {{ ref('consensus_probabilities') }}
group by csc_name
having not coalesce(abs(total - 1) <= 1e-9, false)
