-- Figure 2 of Perez-Diaz et al. 2024: detections on the sky, by cluster.
-- One row per detection: Galactic coordinates (deg).
select
    '' as panel,
    'cluster ' || cluster as series,
    {{ galactic_longitude('csc_ra', 'csc_dec') }} as glon,
    {{ galactic_latitude('csc_ra', 'csc_dec') }} as glat
from {{ ref('umlcaxs_detections') }}
inner join {{ ref('xray_sources') }} using (csc_name)
where cluster is not null
order by series, glon, glat
