-- True against false positive rate, the mean over classes, each against all others: Yang et al. 2022, figure 5.
{% set axes = 'classifier, variant, is_released, scheme, class_set' %}
with claims as (
    select {{ axes }}, true_class, unnest(classes) as of_class, unnest(probabilities) as p from {{ ref('predictions') }}
),

-- the curve of each class: every probability that occurs is a threshold
steps as (
    select
        {{ axes }}, of_class, p,
        count(*) filter (true_class = of_class) as n_members,
        count(*) filter (true_class <> of_class) as n_others
    from claims
    where p is not null
    group by all
),

curves as (
    select
        {{ axes }}, of_class,
        sum(n_others) over above / nullif(sum(n_others) over whole, 0) as false_positive_rate,
        sum(n_members) over above / nullif(sum(n_members) over whole, 0) as true_positive_rate
    from steps
    window
        whole as (partition by {{ axes }}, of_class),
        above as (partition by {{ axes }}, of_class order by p desc)
),

grid as (
    select step / 100.0::double as at_rate from range(0, 101) as steps (step)
),

-- the highest rate of true positives at no more false ones
reached as (
    select
        {{ axes }}, of_class, at_rate,
        coalesce(max(true_positive_rate) filter (false_positive_rate <= at_rate), 0) as true_positive_rate
    from curves
    cross join grid
    where true_positive_rate is not null
    group by all
)

select
    {{ axes }},
    at_rate as false_positive_rate,
    {{ exact_sum('true_positive_rate') }} / count(*) as true_positive_rate
from reached
group by {{ axes }}, at_rate
order by {{ axes }}, at_rate
