-- Figure 7 of Perez-Diaz et al. 2024: variability probabilities of each class.
-- One row per detection, by predicted class. Counts in hexagons are drawn, not smoothed densities.
select class as panel, var_prob_b as x, var_prob_s as y
from {{ ref('umlcaxs_detections') }}
where class is not null
order by panel, x, y
