-- The benchmark's claims by class, and by aggregated class: Perez-Diaz et al. 2024, section 4.2.1.
select benchmark.*, 'class' as scale from {{ ref('umlcaxs_benchmark') }} as benchmark
union all
select
    benchmark.* replace (
        true_classes.aggregated_class as true_class,
        said_classes.aggregated_class as class,
        null as class_prob,
        null as p_true,
        null as sum_p2
    ),
    'aggregated' as scale
from {{ ref('umlcaxs_benchmark') }} as benchmark
inner join {{ ref('umlcaxs_classes') }} as true_classes on true_classes.class = benchmark.true_class
left join {{ ref('umlcaxs_classes') }} as said_classes on said_classes.class = benchmark.class
order by scale, held_out, level, rule, csc_name, detection_id
