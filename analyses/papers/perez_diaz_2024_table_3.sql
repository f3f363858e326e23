-- Table 3 of Perez-Diaz et al. 2024: SIMBAD's most frequent types in each cluster.
-- One row per cluster and type, at most ten of each: its number of detections. Detections without
-- an object in SIMBAD are of type none.
select
    cluster,
    row_number() over by_number::integer as rank,
    coalesce(otype, 'none') as otype,
    count(*)::integer as n_detections
from {{ ref('umlcaxs_detections') }}
where cluster is not null
group by cluster, otype
window by_number as (partition by cluster order by count(*) desc, otype)
qualify rank <= 10
order by cluster, rank
