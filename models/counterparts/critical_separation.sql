-- The separation from which on the best candidate can no longer be told from the least likely one: where the smoothed p-value
-- of model distinguishability first exceeds 0.10. NULL if it never does. One row per range of off-axis angle.
select
    off_axis,
    max(separation_high) as largest_separation,
    min(separation_high) filter (p_value_smoothed > 0.10) as critical_separation,
    {{ var('positive_separation_arcsec') }}::double as adopted_separation
from {{ ref('distinguishability') }}
group by off_axis
