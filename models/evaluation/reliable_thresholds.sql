-- The probability from which on a class can be trusted: that of the largest set of the most
-- probable predictions of which the share that var reliable_accuracy asks for is right. NULL if no
-- set is as good.
{% set axes = 'classifier, variant, is_released, scheme, class_set' %}
with
    -- equal probabilities count together; counted before, the frames below are of rows, which is
    -- much faster
    counted as (
        select
            {{ axes }}, class_prob, count(*) as n, count(*) filter (class = true_class) as n_right
        from {{ ref('predictions') }}
        where class_prob is not null
        group by all
    ),

    ranked as (
        select
            {{ axes }},
            class_prob,
            sum(n) over above as n_above,
            sum(n_right) over above as n_right_above
        from counted
        window
            above as (
                partition by {{ axes }}
                order by class_prob desc
                rows between unbounded preceding and current row
            )
    )

select
    {{ axes }},
    min(class_prob) filter (
        n_right_above >= {{ var('reliable_accuracy') }} * n_above
    ) as least_class_prob
from ranked
group by {{ axes }}
order by {{ axes }}
