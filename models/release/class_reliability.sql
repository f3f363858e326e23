-- Reliability of class probabilities: how often a class is the true one, over the probability that
-- it was given; of the predicted class, and of every class.
with
    claims as (
        select
            classifier,
            variant,
            is_released,
            scheme,
            class_set,
            'predicted' as of_class,
            class_prob as p,
            class = true_class as holds
        from {{ ref('predictions') }}
        where class_prob is not null
        union all
        select
            classifier,
            variant,
            is_released,
            scheme,
            class_set,
            of_class,
            p,
            true_class = of_class as holds
        from
            (
                select
                    classifier,
                    variant,
                    is_released,
                    scheme,
                    class_set,
                    true_class,
                    unnest(classes) as of_class,
                    unnest(probabilities) as p
                from {{ ref('predictions') }}
            )
        where p is not null
    )

    {{ reliability_bins('claims', ['classifier', 'variant', 'is_released', 'scheme', 'class_set', 'of_class']) }}
