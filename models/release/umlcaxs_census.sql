-- How many X-ray detections are used, and why the others are not; every detection counts once.
select
    case
        when not_used_because is not null then not_used_because
        when votes.detection_id is null then 'missing from the classes'
        when found.cluster is null then 'no model: ' || (select any_value(not_trained_because) from {{ ref('umlcaxs_model') }})
        when votes.class is null then 'no class takes part in its cluster'
        else 'classified'
    end as state,
    count(*)::integer as n_detections,
    count(distinct properties.csc_name)::integer as n_sources
from {{ ref('umlcaxs_properties') }} as properties
left join {{ ref('umlcaxs_votes') }} as votes using (detection_id)
left join {{ ref('umlcaxs_detection_probabilities') }} as found using (detection_id)
group by state
order by state
