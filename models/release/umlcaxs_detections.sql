-- Every X-ray detection that could be clustered: its properties, cluster, class probabilities, and
-- how unlike the others it is.
{% set classes = classes_of('umlcaxs') %}
select
    properties.csc_name,
    properties.obsid,
    properties.obi,
    properties.region_id,
    strftime(properties.gti_obs, '%Y-%m-%dT%H:%M:%S') as gti_obs,
    {% for name in measurements('umlcaxs') -%} properties.{{ name }}, {% endfor -%}
    found.cluster,
    responsibility,
    log_likelihood,
    likelihood_rank,
    found.class,
    aggregated_class,
    class_prob,
    {{ most_probable_class('weighted_probabilities', classes) }} as weighted_class,
    {% for name in classes -%} p_{{ class_column(name) }}, {% endfor -%}
    {% for name in classes -%}
        weighted_probabilities[{{ loop.index }}] as p_weighted_{{ class_column(name) }},
    {% endfor -%}
    labels.otype,
    labels.class as simbad_class,
    label_state
from {{ ref('umlcaxs_detection_probabilities') }} as found
inner join {{ ref('umlcaxs_properties') }} as properties using (detection_id)
inner join {{ ref('umlcaxs_labels') }} as labels on labels.csc_name = properties.csc_name
left join {{ ref('umlcaxs_classes') }} as classes on classes.class = found.class
order by properties.csc_name, properties.obsid, properties.obi, properties.region_id
