-- What models that have not seen them say of the labelled detections of the benchmark and, by the mean of these, of their sources.
{% set classes = var('umlcaxs_classes') %}
with found as materialized (
    {% for held_out in ['source', 'detection'] -%}
    select
        '{{ held_out }}' as held_out,
        detection_id,
        csc_name,
        class as true_class,
        umlcaxs_classify((select model_file from {{ ref('umlcaxs_model') }} where training = '{{ held_out }}'), properties) as found
    from {{ ref('umlcaxs_training') }}
    where class is not null and not trains_{{ held_out }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

by_rule as (
    {% for rule in ['cluster', 'weighted', 'density'] -%}
    select * exclude (found), '{{ rule }}' as rule, found.{{ rule }}_probabilities as p from found
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

by_source as (
    select
        held_out,
        rule,
        csc_name,
        true_class,
        count(p[1])::integer as n_detections,
        [{% for name in classes %}{{ exact_sum('p[' ~ loop.index ~ ']') }} / count(p[1]){{ ', ' if not loop.last }}{% endfor %}] as p
    from by_rule
    group by held_out, rule, csc_name, true_class
),

judged as (
    select held_out, 'detection' as level, rule, detection_id, csc_name, 1 as n_detections, true_class, p from by_rule
    union all by name
    select held_out, 'source' as level, rule, csc_name, n_detections, true_class, p from by_source
)

select
    held_out,
    level,
    rule,
    csc_name,
    detection_id,
    n_detections,
    true_class,
    {{ most_probable_class('p', classes) }} as class,
    list_max(p) as class_prob,
    p[list_position(['{{ classes | join("', '") }}'], true_class)] as p_true,
    list_sum([one * one for one in p]) as sum_p2
from judged
order by held_out, level, rule, csc_name, detection_id
