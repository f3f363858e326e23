-- Census of the classifiers: how many labels train each and how many sources it classifies, and why
-- the others do not; and, of umlcaxs and XClass, how many detections and catalogue entries are used
-- (Rangelov et al., table 1). What is counted in a step is counted once.
with
    steps as (
        select classifier, 'sources' as step, class, state
        from {{ ref('classified_sources') }}
        {% for name in var('classifiers') if name != 'xclass' -%}
            union all
            select '{{ name }}', 'labels', class, coalesce(not_used_because, 'trains')
            from {{ ref(name ~ '_labels') }}
        {% endfor -%}
        {% if 'xclass' in var('classifiers') -%}
            union all
            select 'xclass', 'catalogue entries', class, coalesce(not_used_because, 'used')
            from {{ ref('xclass_entries') }}
            union all
            select
                'xclass',
                'objects',
                class,
                -- 1 arcmin: entries of one name this far apart are hardly one object
                case
                    when extent_arcsec > 60
                    then 'used, of one name but more than 1 arcmin apart'
                    else 'used'
                end
            from {{ ref('xclass_objects') }}
            union all
            select
                'xclass',
                'labels',
                class,
                case
                    when class is not null
                    then coalesce(not_used_because, match)
                    when sigma_eff_arcsec is null
                    then 'no position error'
                    else 'no known object near'
                end
            from {{ ref('xclass_xray') }}
            left join {{ ref('xclass_labels') }} using (csc_name)
            union all
            select 'xclass', 'training, ' || variant, class, coalesce(not_used_because, 'trains')
            from {{ ref('xclass_labelled') }}
        {% endif -%}
        {% if 'umlcaxs' in var('classifiers') -%}
            union all
            select
                'umlcaxs',
                'detections',
                found.class,
                case
                    when not_used_because is not null
                    then not_used_because
                    when found.detection_id is null
                    then 'missing from the classes'
                    when found.cluster is null
                    then
                        'no model: '
                        || (select any_value(not_trained_because) from {{ ref('umlcaxs_model') }})
                    when found.class is null
                    then 'no class takes part in its cluster'
                    else 'classified'
                end
            from {{ ref('umlcaxs_properties') }} as properties
            left join {{ ref('umlcaxs_detection_probabilities') }} as found using (detection_id)
        {%- endif %}
    )

select classifier, step, coalesce(class, 'none') as class, state, count(*)::integer as n
from steps
group by all
order by classifier, step, class, state
