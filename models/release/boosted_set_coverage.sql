-- How often the prediction set of a source holds its class, by thresholds that come from other fields of the sky; mean and deviation over the repeats.
with predictions as (
    select
        predictions.*,
        field
    from {{ ref('boosted_out_of_fold') }} as predictions
    inner join {{ ref('boosted_fields') }} using (csc_name)
    where classifier = 'boosted' and scheme = 'field'
),

long as (
    {% for name in var('boosted_classes') -%}
    select repeat, csc_name, field, fold, true_class, '{{ name }}' as class, p_{{ class_column(name) }} as p from predictions
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

sets as (
    -- a class that no other fold has cannot be ruled out: its threshold is 0
    select
        repeat,
        csc_name,
        field,
        true_class,
        count(*) filter (p >= coalesce(least_probability, 0)) as set_size,
        coalesce(bool_or(p >= coalesce(least_probability, 0)) filter (class = true_class), false)::integer as is_covered
    from long
    left join {{ ref('boosted_set_thresholds') }} as thresholds using (repeat, fold, class)
    group by all
),

judged as (
    select * from sets
    union all
    select * replace ('all' as true_class) from sets
),

of_fields as (
    select
        repeat,
        true_class as class,
        count(*) as n,
        sum(is_covered) as n_covered,
        sum(set_size) as n_classes,
        count(*) filter (set_size = 1) as n_of_one,
        count(*) filter (set_size = 0) as n_empty
    from judged
    group by repeat, true_class, field
),

of_repeats as (
    select
        repeat,
        class,
        sum(n) as n_sources,
        count(*) as n_fields,
        sum(n_covered) / sum(n) as coverage,
        {{ exact_sum('n_covered / n') }} / count(*) as field_coverage,
        sum(n_classes) / sum(n) as mean_set_size,
        sum(n_of_one) / sum(n) as share_of_one_class,
        sum(n_empty) / sum(n) as share_empty
    from of_fields
    group by repeat, class
),

means as (
    select
        class,
        any_value(n_sources)::integer as n_sources,
        any_value(n_fields)::integer as n_fields,
        count(*)::integer as n_repeats,
        {% for measure in ['coverage', 'field_coverage', 'mean_set_size', 'share_of_one_class', 'share_empty'] -%}
        {{ exact_sum(measure) }} / count(*) as mean_{{ measure }}{{ ',' if not loop.last }}
        {% endfor %}
    from of_repeats
    group by class
)

select
    class,
    any_value(means.n_sources) as n_sources,
    any_value(means.n_fields) as n_fields,
    any_value(n_repeats) as n_repeats,
    {% for measure in ['coverage', 'field_coverage'] -%}
    any_value(mean_{{ measure }}) as {{ measure }},
    case when count(*) > 1 then sqrt({{ exact_sum('pow(' ~ measure ~ ' - mean_' ~ measure ~ ', 2)') }} / (count(*) - 1)) end as e_{{ measure }},
    {% endfor -%}
    any_value(mean_mean_set_size) as mean_set_size,
    any_value(mean_share_of_one_class) as share_of_one_class,
    any_value(mean_share_empty) as share_empty
from of_repeats
inner join means using (class)
group by class
order by class
