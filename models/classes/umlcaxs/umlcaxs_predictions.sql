-- Predictions for the labelled detections of the benchmark by mixtures trained without them and, by
-- the mean of these, for their sources: whole sources held out at random, or detections, as
-- published. By each rule, of classes and of aggregated ones (Perez-Diaz et al. 2024, section
-- 4.2.1).
{% set classes = classes_of('umlcaxs') %}
with
    found as materialized(
        {% for held_out in ['source', 'detection'] -%}
            select
                '{{ held_out }}' as held_out,
                detection_id,
                csc_name,
                class as true_class,
                umlcaxs_classify(
                    (
                        select model_file
                        from {{ ref('umlcaxs_model') }}
                        where training = '{{ held_out }}'
                    ),
                    properties
                ) as found
            from {{ ref('umlcaxs_training') }}
            where class is not null and not trains_{{ held_out }} {{ 'union all' if not loop.last }}
        {% endfor %}
    ),

    by_rule as (
        {% for rule in ['cluster', 'weighted', 'density'] -%}
            select * exclude (found), '{{ rule }}' as rule, found.{{ rule }}_probabilities as p
            from found {{ 'union all' if not loop.last }}
        {% endfor %}
    ),

    by_source as (
        select
            held_out,
            rule,
            csc_name,
            true_class,
            count(p[1])::integer as n_detections,
            [
                {% for name in classes %}
                    {{ exact_sum('p[' ~ loop.index ~ ']') }}
                    / count(p[1]){{ ', ' if not loop.last }}
                {% endfor %}
            ] as p
        from by_rule
        group by held_out, rule, csc_name, true_class
    ),

    judged as (
        select
            held_out, rule, rule || ', detections' as variant, csc_name, detection_id, true_class, p
        from by_rule
        union all by name
        select held_out, rule, rule as variant, csc_name, true_class, p
        from by_source
    ),

    predicted as (
        select
            variant,
            rule = '{{ var("umlcaxs_rule") }}'
            and detection_id is null
            and held_out = 'source' as is_released,
            case held_out when 'source' then 'random' else held_out end as scheme,
            csc_name,
            detection_id,
            true_class,
            {{ most_probable_class('p', classes) }} as class,
            p
        from judged
    ),

    -- the members of each aggregated class, as places in the list of classes
    aggregates as (
        select
            list(aggregated_class order by aggregated_class) as classes,
            list(places order by aggregated_class) as places
        from
            (
                select
                    aggregated_class,
                    list(list_position({{ text_list(classes) }}, class) order by class) as places
                from {{ ref('umlcaxs_classes') }}
                where class in {{ text_list(classes) }}
                group by aggregated_class
            )
    )

select
    variant,
    is_released,
    scheme,
    'own' as class_set,
    csc_name,
    1 as repeat,
    detection_id,
    true_class,
    class,
    null::double as confidence,
    {{ text_list(classes) }} as classes,
    p as probabilities
from predicted
union all
select
    variant,
    is_released,
    scheme,
    'aggregated' as class_set,
    csc_name,
    1 as repeat,
    detection_id,
    true_classes.aggregated_class,
    predicted_classes.aggregated_class,
    null,
    aggregates.classes,
    [list_sum([p[place] for place in members]) for members in places]
from predicted
cross join aggregates
inner join {{ ref('umlcaxs_classes') }} as true_classes on true_classes.class = predicted.true_class
left join
    {{ ref('umlcaxs_classes') }} as predicted_classes on predicted_classes.class = predicted.class
order by variant, scheme, class_set, csc_name, detection_id
