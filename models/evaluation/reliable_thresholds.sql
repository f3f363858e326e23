-- The probability from which on a class can be trusted: that of the largest set of the most
-- probable predictions of which the share that var reliable_accuracy asks for is right. NULL if no
-- set is as good.
{% set axes = 'classifier, variant, is_released, scheme, class_set' %}
with
    ranked as (
        select
            {{ axes }},
            class_prob,
            count(*) over above as n_above,
            count(*) filter (class = true_class) over above as n_right
        from {{ ref('predictions') }}
        where class_prob is not null
        window above as (partition by {{ axes }} order by class_prob desc)
    )

select
    {{ axes }},
    min(class_prob) filter (n_right >= {{ var('reliable_accuracy') }} * n_above) as least_class_prob
from ranked
group by {{ axes }}
order by {{ axes }}
