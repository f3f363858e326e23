-- The classes of X-ray sources in the columns of MUWCLASS's own tables: Yang et al. 2022, Appendix
-- E.
select
    csc_name,
    sources.ra,
    sources.dec,
    sources.err_ellipse_r0,
    sources.significance,
    {% for column in measurements('muwclass') %} sources.{{ column }}, {% endfor %}
    sources.csc_flags,
    sources.ebv,
    {% for name in classes_of('muwclass') %}
        p_{{ class_column(name) }}, e_p_{{ class_column(name) }},
    {% endfor %}
    probabilities.class,
    class_prob,
    e_class_prob,
    probabilities.confidence as confidence_threshold,
    labels.yangetal_training_class as true_class,
    training.csc_name is not null as is_training_source
from {{ ref('source_properties') }} as sources
inner join {{ ref('muwclass_probabilities') }} as probabilities using (csc_name)
left join {{ ref('stg_literature__yangetal_training') }} as labels using (csc_name)
left join {{ ref('muwclass_training') }} as training using (csc_name)
where probabilities.class is not null
order by csc_name
