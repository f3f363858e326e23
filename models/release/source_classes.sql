-- What every X-ray source is, by every classifier; sources that cannot be classified are there with their state.
{% set with_deviation = var('muwclass_classes') + var('umlcaxs_classes') %}
with classified as (
    select 'muwclass' as classifier, * exclude (ebv) from {{ ref('muwclass_probabilities') }}
    union all by name
    select 'lynceus' as classifier, * exclude (n_cases) from {{ ref('lynceus_probabilities') }}
    union all by name
    select 'boosted' as classifier, * exclude (prediction_set, prediction_set_size) from {{ ref('boosted_probabilities') }}
    union all by name
    select 'umlcaxs' as classifier, * exclude (n_detections, n_silent_detections, hard_class, is_tie, is_ambiguous)
    from {{ ref('umlcaxs_probabilities') }}
),

trained as (
    select csc_name, unnest(['lynceus', 'muwclass']) as classifier from {{ ref('muwclass_training') }}
    union all
    select csc_name, 'boosted' as classifier from {{ ref('boosted_labels') }} where not_used_because is null
    union all
    select csc_name, 'umlcaxs' as classifier from {{ ref('umlcaxs_labels') }} where class is not null
)

select
    sources.csc_name,
    classifiers.classifier,
    case
        when classified.class is not null then 'classified'
        when classifiers.classifier in ('lynceus', 'muwclass') and has_no_flux then 'no_xray_flux'
        when classifiers.classifier = 'muwclass' and sources.ebv is null then 'no_reddening'
        when classifiers.classifier = 'boosted' and classified.csc_name is null then 'flagged'
        when classifiers.classifier = 'umlcaxs' and classified.csc_name is null then 'no_detection_to_use'
        else 'not_trained'
    end as state,
    classified.class,
    class_prob,
    coalesce(
        e_class_prob,
        case classified.class {% for name in with_deviation | unique %}when '{{ name }}' then e_p_{{ class_column(name) }} {% endfor %}end
    ) as e_class_prob,
    second_class,
    second_class_prob,
    confidence_threshold,
    confidence_threshold >= {{ var('confident_ct') }} as is_confident,
    case when classified.class is not null and thresholds.classifier is not null then coalesce(class_prob >= least_class_prob, false) end as is_reliable,
    {% for name in all_classes() %}
    p_{{ class_column(name) }},
    {% if name in with_deviation %}e_p_{{ class_column(name) }},{% endif %}
    {% endfor %}
    trained.csc_name is not null as is_training_source
from {{ ref('source_properties') }} as sources
cross join (select unnest(['boosted', 'lynceus', 'muwclass', 'umlcaxs']) as classifier) as classifiers
left join classified using (csc_name, classifier)
left join {{ ref('class_thresholds') }} as thresholds on thresholds.classifier = classifiers.classifier and scheme = 'field'
left join trained using (csc_name, classifier)
order by sources.csc_name, classifiers.classifier
