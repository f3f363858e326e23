-- The cluster of every detection that is used and its class probabilities, by all three rules, with
-- all labels known; and by the rule of var umlcaxs_rule its vote for the class of its source.
{% set classes, voting = classes_of('umlcaxs'), var('umlcaxs_rule') ~ '_probabilities' %}
with
    found as materialized(
        select
            detection_id,
            csc_name,
            obsid,
            obi,
            region_id,
            umlcaxs_classify(
                (select model_file from {{ ref('umlcaxs_model') }} where training = 'all'),
                properties
            ) as found
        from {{ ref('umlcaxs_training') }}
    )

select
    detection_id,
    csc_name,
    obsid,
    obi,
    region_id,
    found.cluster as cluster,
    found.responsibility as responsibility,
    found.log_likelihood as log_likelihood,
    -- of all detections the share that is less likely than this one
    case
        when found.log_likelihood is not null
        then percent_rank() over (order by found.log_likelihood nulls last)
    end as likelihood_rank,
    {% for rule in ['cluster', 'weighted', 'density'] -%}
        found.{{ rule }}_probabilities as {{ rule }}_probabilities,
    {% endfor -%}
    {{ most_probable_class(voting, classes) }} as class,
    list_max({{ voting }}) as class_prob,
    {% for name in classes -%}
        {{ voting }} [{{ loop.index }}] as p_{{ class_column(name) }}{{ ',' if not loop.last }}
    {% endfor %}
from found
order by csc_name, obsid, obi, region_id
