-- Figure 3 of Perez-Diaz et al. 2024: hardness ratios of each cluster, and variability.
-- One row per detection.
select 'cluster ' || cluster as panel, hard_hm as x, hard_hs as y, var_prob_h as shade
from {{ ref('umlcaxs_detections') }}
where cluster is not null
order by panel, x, y
