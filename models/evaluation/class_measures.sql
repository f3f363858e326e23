-- How good each classifier is: every measure, of all classes together (class is all) and of each,
-- in each repeat of the validation.
{% set keys = ['classifier', 'variant', 'is_released', 'scheme', 'class_set', 'subset', 'repeat'] %}
{% set by = keys | join(', ') %}
with
    kept as (select * from {{ ref('evaluated_predictions') }}),

    overall as ({{ confusion_measures('kept', keys) }}),

    of_probabilities as ({{ probability_measures('kept', keys) }}),

    of_classes as ({{ measures_by_class('kept', keys) }}),

    claims as (
        select {{ by }}, true_class, unnest(classes) as of_class, unnest(probabilities) as p
        from kept
        where subset not like 'with %'
    ),

    areas as ({{ class_areas('claims', keys) }}),

    sets as (
        select *, coalesce(list_contains(prediction_set, true_class), false)::integer as is_covered
        from kept
        where prediction_set is not null
    ),

    -- a field of the sky counts once, however many sources it has
    fields as (
        select {{ by }}, true_class as class, field, sum(is_covered) / count(*) as coverage
        from sets
        group by all
        union all
        select {{ by }}, 'all', field, sum(is_covered) / count(*)
        from sets
        group by all
    ),

    of_fields as (
        select
            {{ by }},
            class,
            {{ exact_sum('coverage') }} / count(*) as field_coverage,
            count(*) as n_fields
        from fields
        group by all
    ),

    of_sets as (
        select
            {{ by }},
            true_class as class,
            sum(is_covered) / count(*) as coverage,
            sum(len(prediction_set)) / count(*) as set_size
        from sets
        group by all
        union all
        select {{ by }}, 'all', sum(is_covered) / count(*), sum(len(prediction_set)) / count(*)
        from sets
        group by all
    )

select
    {{ by }},
    'all' as class,
    n,
    n as n_predicted,
    n_right,
    overall.* exclude ({{ by }}, n, n_right),
    of_probabilities.* exclude ({{ by }}),
    macro_auc as auc,
    of_sets.* exclude ({{ by }}, class),
    of_fields.* exclude ({{ by }}, class)
from overall
left join of_probabilities using ({{ by }})
left join
    (
        select {{ by }}, {{ exact_sum('auc') }} / count(*) as macro_auc from areas group by {{ by }}
    ) using ({{ by }})
left join (select * from of_sets where class = 'all') as of_sets using ({{ by }})
left join (select * from of_fields where class = 'all') as of_fields using ({{ by }})
union all by name
select
    of_classes.*,
    areas.auc,
    of_sets.* exclude ({{ by }}, class),
    of_fields.* exclude ({{ by }}, class)
from of_classes
left join areas using ({{ by }}, class)
left join of_sets using ({{ by }}, class)
left join of_fields using ({{ by }}, class)
order by {{ by }}, class
