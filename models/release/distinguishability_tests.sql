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
    {{ match_settings().classifier.distinguishability.adopted_separation_arcsec }}::double
    as adopted_separation
from {{ ref('distinguishability') }}
order by off_axis, bin
