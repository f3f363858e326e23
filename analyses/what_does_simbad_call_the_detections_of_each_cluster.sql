-- What does SIMBAD call the detections of each cluster of umlcaxs (Perez-Diaz et al. 2024, table
-- 3)?
select
    cluster,
    coalesce(otype, 'none') as otype,
    count(*)::integer as n_detections,
    rank() over (partition by cluster order by count(*) desc)::integer as rank_in_cluster
from {{ ref('umlcaxs_detection_probabilities') }}
inner join {{ ref('umlcaxs_labels') }} using (csc_name)
where cluster is not null
group by cluster, coalesce(otype, 'none')
order by cluster, rank_in_cluster, otype
