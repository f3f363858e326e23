-- Probability of each coarse class of each X-ray source by each classifier that classifies it.
select
    csc_name,
    classifier,
    {{ coarse_class('classifier', 'class') }} as coarse_class,
    {{ exact_sum('probability') }} as p
from {{ ref('probabilities_by_class') }}
group by csc_name, classifier, coarse_class
order by csc_name, classifier, coarse_class
