-- What every X-ray source is, by every classifier; sources that cannot be classified are there with their state.
with classified as (
    select 'muwclass' as classifier, * exclude (ebv) from {{ ref('muwclass_probabilities') }}
    union all by name
    select
        'lynceus' as classifier,
        * exclude (n_cases),
        case class {% for name in var('muwclass_classes') %}when '{{ name }}' then e_p_{{ class_column(name) }} {% endfor %}end as e_class_prob
    from {{ ref('lynceus_probabilities') }}
)

select
    sources.csc_name,
    classifiers.classifier,
    case
        when has_no_flux then 'no_xray_flux'
        when classified.class is not null then 'classified'
        when classifiers.classifier = 'muwclass' and sources.ebv is null then 'no_reddening'
        else 'not_trained'
    end as state,
    classified.class,
    class_prob,
    e_class_prob,
    second_class,
    second_class_prob,
    confidence_threshold,
    confidence_threshold >= {{ var('confident_ct') }} as is_confident,
    case when classified.class is not null then coalesce(class_prob >= least_class_prob, false) end as is_reliable,
    {% for name in var('muwclass_classes') %}
    p_{{ class_column(name) }},
    e_p_{{ class_column(name) }},
    {% endfor %}
    training.csc_name is not null as is_training_source
from {{ ref('source_properties') }} as sources
cross join (select unnest(['lynceus', 'muwclass']) as classifier) as classifiers
left join classified using (csc_name, classifier)
left join {{ ref('class_thresholds') }} as thresholds on thresholds.classifier = classifiers.classifier and scheme = 'field'
left join {{ ref('muwclass_training') }} as training using (csc_name)
order by sources.csc_name, classifiers.classifier
