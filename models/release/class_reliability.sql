-- A probability is calibrated if, among claims of probability p, a share p is true: of every class, and of the class that is said.
with claims as (
    select classifier, scheme, 'said' as of_class, class_prob as p, class = true_class as holds from {{ ref('class_predictions') }}
    union all
    select classifier, scheme, of_class, p, true_class = of_class as holds
    from ({{ long_class_probabilities(ref('class_predictions'), 'classifier, scheme, true_class') }})
)

{{ reliability_bins('claims', ['classifier', 'scheme', 'of_class']) }}
