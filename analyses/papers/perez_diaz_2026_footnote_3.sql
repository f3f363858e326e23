-- Footnote 3 of Perez-Diaz et al. 2026: X-ray sources near Orion and the nearest source of COUP.
-- One row per X-ray source: off-axis angle, separation (logarithm), and up to which separation the
-- two are the same.
select
    csc_name,
    min_theta_mean as x,
    separation_arcsec as y,
    line_arcsec,
    limit_arcsec,
    case when is_counterpart then 'the same source' else 'another source' end as series
from {{ ref('coup_counterparts') }}
where separation_arcsec > 0
order by series desc, csc_name
