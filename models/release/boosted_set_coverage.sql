-- How often the prediction set of a source holds its class, by thresholds that come from other fields of the sky.
with predictions as (
    select * from {{ ref('boosted_out_of_fold') }} where classifier = 'boosted' and scheme = 'field' and repeat = 1
),

long as (
    {% for name in var('boosted_classes') -%}
    select csc_name, fold, true_class, '{{ name }}' as class, p_{{ class_column(name) }} as p from predictions
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

sets as (
    select
        csc_name,
        true_class,
        count(*) filter (p >= least_probability) as set_size,
        coalesce(bool_or(p >= least_probability) filter (class = true_class), false) as is_covered
    from long
    left join {{ ref('boosted_set_thresholds') }} as thresholds using (fold, class)
    group by csc_name, true_class
)

select
    coalesce(true_class, 'all') as class,
    count(*)::integer as n_sources,
    count(*) filter (is_covered) / count(*) as coverage,
    sum(set_size)::double / count(*) as mean_set_size,
    count(*) filter (set_size = 1) / count(*) as share_of_one_class,
    count(*) filter (set_size = 0) / count(*) as share_empty
from sets
group by grouping sets ((true_class), ())
having count(*) > 0
order by class
