-- What SIMBAD calls the detections of each cluster: Table 3 of Perez-Diaz et al. 2024.
select
    cluster,
    coalesce(otype, 'none') as otype,
    count(*)::integer as n_detections,
    rank() over (partition by cluster order by count(*) desc)::integer as place
from {{ ref('umlcaxs_detection_probabilities') }}
inner join {{ ref('umlcaxs_labels') }} using (csc_name)
where cluster is not null
group by cluster, coalesce(otype, 'none')
order by cluster, place, otype
