-- X-ray sources whose hard and soft vote differ, in the columns of Perez-Diaz et al. 2024, table
-- A2.
{% set classes = classes_of('umlcaxs') %}
select
    csc_name,
    sources.ra,
    sources.dec,
    votes.hard_class as hard_master_class,
    votes.class as soft_master_class,
    n_detections as detection_count,
    is_tie,
    class_prob,
    {% for name in classes -%}
        p_{{ class_column(name) }}, e_p_{{ class_column(name) }},
    {% endfor -%}
    labels.otype,
    labels.class as simbad_class,
    label_state,
    is_training_source
from {{ ref('umlcaxs_probabilities') }} as votes
inner join {{ ref('stg_csc__sources') }} as sources using (csc_name)
inner join {{ ref('umlcaxs_labels') }} as labels using (csc_name)
where is_ambiguous
order by csc_name
