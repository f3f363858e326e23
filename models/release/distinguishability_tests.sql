select
    off_axis,
    bin::integer as bin,
    separation_low,
    separation_high,
    n_sources::integer as n_sources,
    ks_statistic,
    p_value,
    p_value_smoothed,
    critical_separation,
    adopted_separation
from {{ ref('distinguishability') }}
inner join {{ ref('critical_separation') }} using (off_axis)
order by off_axis, bin
