-- A probability is calibrated if, among claims of probability p, a share p is true: of every class, and of the class that is said.
with claims as (
    select classifier, scheme, 'said' as of_class, class_prob as p, class = true_class as holds from {{ ref('class_predictions') }}
    union all
    select classifier, scheme, of_class, p, true_class = of_class as holds
    from ({{ long_class_probabilities(ref('class_predictions'), 'classifier, scheme, true_class') }})
)

select
    classifier,
    scheme,
    of_class,
    least(floor(p * 10), 9)::integer as bin,
    bin / 10.0::double as p_low,
    (bin + 1) / 10.0::double as p_high,
    count(*)::integer as n_claims,
    count(*) filter (holds)::integer as n_true,
    {{ exact_sum('p') }} / n_claims as p_mean,
    n_true / n_claims as true_share
from claims
group by all
order by classifier, scheme, of_class, bin
