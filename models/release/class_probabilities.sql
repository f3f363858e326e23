-- Class probabilities of every X-ray source: of the classes of each classifier that classifies it,
-- and of coarse classes by all together.
select csc_name, classifier, class, probability, error
from {{ ref('probabilities_by_class') }}
union all
select csc_name, 'consensus' as classifier, coarse_class as class, p as probability, null as error
from {{ ref('consensus_probabilities') }}
order by csc_name, classifier, class
