-- X-ray sources whose class changes from one observation to the next.
{% set classes = classes_of('umlcaxs') %}
with
    epochs as (
        select
            votes.*,
            properties.gti_obs,
            aggregated_class,
            [
                {% for name in classes %}
                    p_{{ class_column(name) }}{{ ', ' if not loop.last }}
                {% endfor %}
            ] as p
        from {{ ref('umlcaxs_detection_probabilities') }} as votes
        inner join {{ ref('umlcaxs_properties') }} as properties using (detection_id)
        inner join {{ ref('umlcaxs_classes') }} as classes on classes.class = votes.class
        where gti_obs is not null
    ),

    pairs as (
        select
            csc_name,
            lag(obsid) over following as from_obsid,
            obsid as to_obsid,
            strftime(lag(gti_obs) over following, '%Y-%m-%dT%H:%M:%S') as from_gti_obs,
            strftime(gti_obs, '%Y-%m-%dT%H:%M:%S') as to_gti_obs,
            lag(class) over following as from_class,
            class as to_class,
            lag(class_prob) over following as from_class_prob,
            class_prob as to_class_prob,
            lag(aggregated_class) over following <> aggregated_class as changes_aggregated_class,
            lag(p) over following as from_p,
            p
        from epochs
        window following as (partition by csc_name order by gti_obs, detection_id)
    )

select
    * exclude (from_p, p),
    list_sum([abs(p[i] - from_p[i]) for i in range(1, {{ classes | length }} + 1)])
    / 2 as probability_moved
from pairs
where from_class <> to_class
order by csc_name, to_gti_obs, to_obsid, from_obsid
