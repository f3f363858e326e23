-- How does the share of X-ray sources without a Gaia counterpart change with the off-axis angle?
select
    {{ labelled_bin('min_theta_mean', [0, 3, 6, 10, 15], 'arcmin') }} as off_axis_angle,
    count(*) as n_xray,
    count(*) filter (state = 'no_candidate') / count(*) as share_without_candidate,
    count(*) filter (state = 'no_confident_match') / count(*) as share_without_confident_match,
    count(*) filter (state = 'matched') / count(*) as share_matched
from {{ ref('xray_sources') }}
group by all
order by all
