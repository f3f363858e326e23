-- The area under the curve of true against false positives of each class against all others. One row per classifier, scheme and class.
with claims as (
    {{ long_class_probabilities(ref('class_predictions'), 'classifier, scheme, csc_name, true_class') }}
),

-- ties share the mean of their ranks
ranked as (
    select
        *,
        rank() over (partition by classifier, scheme, of_class order by p)
            + (count(*) over (partition by classifier, scheme, of_class, p) - 1) / 2.0 as mid_rank
    from claims
),

counted as (
    select
        classifier,
        scheme,
        of_class,
        count(*) filter (true_class = of_class) as n_members,
        count(*) filter (true_class <> of_class) as n_others,
        sum(mid_rank) filter (true_class = of_class) as ranks
    from ranked
    group by all
)

select
    classifier,
    scheme,
    of_class as class,
    n_members,
    (ranks - n_members * (n_members + 1) / 2.0) / (n_members * n_others)::double as auc
from counted
where n_members > 0 and n_others > 0
order by classifier, scheme, class
