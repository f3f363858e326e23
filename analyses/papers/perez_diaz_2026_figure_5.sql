-- Figure 5 of Perez-Diaz et al. 2026: position errors of the X-ray sources over the off-axis angle.
-- One row per X-ray source: semi-major axis of the 95 % ellipse, and the separation limit.
select
    csc_name,
    min_theta_mean,
    -- 1 sigma to 95 % of a two-dimensional normal distribution
    sqrt(-2 * ln(0.05)) * csc_pos_err_major as csc_pos_err_95,
    separation_limit
from {{ ref('xray_sources') }}
where min_theta_mean is not null and csc_pos_err_major is not null
order by csc_name
