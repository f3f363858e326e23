-- What labelled detections and sources of the benchmark are called: figures 4 and 5 of Perez-Diaz et al. 2024.
select
    held_out,
    level,
    rule,
    scale,
    true_class,
    coalesce(class, 'none') as class,
    count(*)::integer as n_claims,
    count(*) / sum(count(*)) over (partition by held_out, level, rule, scale, true_class) as share
from {{ ref('umlcaxs_claims') }}
group by held_out, level, rule, scale, true_class, coalesce(class, 'none')
order by held_out, level, rule, scale, true_class, class
