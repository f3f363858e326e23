-- Figure 6 of Perez-Diaz et al. 2024: hardness ratios of each class.
-- One row per detection, by predicted class. Counts in hexagons are drawn, not smoothed densities.
select class as panel, hard_hm as x, hard_hs as y
from {{ ref('umlcaxs_detections') }}
where class is not null
order by panel, x, y
