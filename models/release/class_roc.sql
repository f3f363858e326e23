-- True against false positive rate, the mean over classes, each against all others: Yang et al.
-- 2022, figure 5.
{% set axes = 'classifier, variant, is_released, scheme, class_set' %}
with
    claims as (
        select {{ axes }}, true_class, unnest(classes) as of_class, unnest(probabilities) as p
        from {{ ref('predictions') }}
    ),

    -- the curve of each class: every probability that occurs is a threshold
    steps as (
        select
            {{ axes }},
            of_class,
            p,
            count(*) filter (true_class = of_class) as n_members,
            count(*) filter (true_class <> of_class) as n_others
        from claims
        where p is not null
        group by all
    ),

    curves as (
        select
            {{ axes }},
            of_class,
            sum(n_others) over above / nullif(sum(n_others) over whole, 0) as false_positive_rate,
            sum(n_members) over above / nullif(sum(n_members) over whole, 0) as true_positive_rate
        from steps
        window
            whole as (partition by {{ axes }}, of_class),
            above as (partition by {{ axes }}, of_class order by p desc)
    ),

    -- the first rate of the grid, in steps of 1/100, that each point of a curve does not exceed
    points as (
        select
            *,
            case
                when false_positive_rate > ceil(false_positive_rate * 100) / 100.0
                then ceil(false_positive_rate * 100) + 1
                when false_positive_rate <= (ceil(false_positive_rate * 100) - 1) / 100.0
                then ceil(false_positive_rate * 100) - 1
                else ceil(false_positive_rate * 100)
            end as step
        from curves
        where true_positive_rate is not null
    ),

    -- the highest rate of true positives at no more false ones
    reached as (
        select
            {{ axes }},
            of_class,
            steps.step,
            coalesce(
                max(highest) over (partition by {{ axes }}, of_class order by steps.step), 0
            ) as true_positive_rate
        from (select distinct {{ axes }}, of_class from points)
        cross join range(0, 101) as steps(step)
        left join
            (
                select {{ axes }}, of_class, step, max(true_positive_rate) as highest
                from points
                group by all
            ) as reached_at using ({{ axes }}, of_class, step)
    )

select
    {{ axes }},
    step / 100.0::double as false_positive_rate,
    {{ exact_sum('true_positive_rate') }} / count(*) as true_positive_rate
from reached
group by {{ axes }}, step
order by {{ axes }}, step
