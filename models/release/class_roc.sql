-- True positives against false positives, the mean over classes, each against all others: Yang et al. 2022, figure 5.
with claims as (
    {{ long_class_probabilities(ref('class_predictions'), 'classifier, scheme, csc_name, true_class') }}
),

-- the curve of each class: every probability that occurs is a threshold
steps as (
    select
        classifier, scheme, of_class, p,
        count(*) filter (true_class = of_class) as n_members,
        count(*) filter (true_class <> of_class) as n_others
    from claims
    group by all
),

curves as (
    select
        classifier, scheme, of_class,
        sum(n_others) over above / nullif(sum(n_others) over whole, 0) as false_positive_rate,
        sum(n_members) over above / nullif(sum(n_members) over whole, 0) as true_positive_rate
    from steps
    window
        whole as (partition by classifier, scheme, of_class),
        above as (partition by classifier, scheme, of_class order by p desc)
),

grid as (
    select step / 100.0::double as at_rate from range(0, 101) as steps (step)
),

-- the highest rate of true positives at no more false ones
reached as (
    select
        classifier, scheme, of_class, at_rate,
        coalesce(max(true_positive_rate) filter (false_positive_rate <= at_rate), 0) as true_positive_rate
    from curves
    cross join grid
    where true_positive_rate is not null
    group by all
)

select
    classifier,
    scheme,
    at_rate as false_positive_rate,
    {{ exact_sum('true_positive_rate') }} / count(*) as true_positive_rate
from reached
group by classifier, scheme, at_rate
order by classifier, scheme, at_rate
