-- Every detection that is used, with its label and which trainings may see that: all labels, and
-- those outside the benchmark, which holds whole sources, or detections as published (Perez-Diaz et
-- al. 2024, section 3.4), its share of each class.
with
    used as (
        select properties.*, class
        from {{ ref('umlcaxs_properties') }} as properties
        inner join {{ ref('umlcaxs_labels') }} using (csc_name)
        where properties.not_used_because is null
    ),

    sources as (select distinct csc_name, class from used where class is not null),

    source_places as (
        select
            csc_name,
            row_number() over (
                partition by class
                order by {{ uniform_hash('csc_name', 'umlcaxs source') }}, csc_name
            )
            <= round(0.7 * count(*) over (partition by class)) as trains_source
        from sources
    ),

    detection_places as (
        select
            *,
            row_number() over (
                partition by class
                order by {{ uniform_hash('detection_id', 'umlcaxs detection') }}, detection_id
            )
            <= round(0.7 * count(*) over (partition by class)) as is_early
        from used
    )

select
    detection_id,
    csc_name,
    obsid,
    obi,
    region_id,
    [
        {{ var('classifiers').get('umlcaxs', {}).get('features', []) | map(attribute='name') | join(', ') }}
    ]::double[] as properties,
    class,
    class is not null as trains_all,
    coalesce(trains_source, false) as trains_source,
    class is not null and is_early as trains_detection
from detection_places
left join source_places using (csc_name)
order by csc_name, obsid, obi, region_id
