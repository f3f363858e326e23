-- From which probability on a class can be trusted: the largest set of the most probable ones whose share of right classes, on sources
-- not seen, reaches var reliable_accuracy.
with ranked as (
    select
        classifier,
        scheme,
        class_prob,
        count(*) over above as n_above,
        count(*) filter (class = true_class) over above as n_right,
        count(*) over (partition by classifier, scheme) as n_sources
    from {{ ref('class_predictions') }}
    window above as (partition by classifier, scheme order by class_prob desc)
)

select
    classifier,
    scheme,
    -- NULL if no set is as good
    min(class_prob) filter (n_right >= {{ var('reliable_accuracy') }} * n_above) as least_class_prob,
    coalesce(max(n_above) filter (n_right >= {{ var('reliable_accuracy') }} * n_above), 0)::integer as n_reliable,
    n_reliable / any_value(n_sources) as completeness
from ranked
group by classifier, scheme
order by classifier, scheme
