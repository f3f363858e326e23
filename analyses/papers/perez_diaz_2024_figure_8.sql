-- Figure 8 of Perez-Diaz et al. 2024: sources of unknown class on the sky, by aggregated class.
-- One row per uniquely classified X-ray source that SIMBAD gives no class: Galactic coordinates
-- (deg).
select
    agg_master_class as panel,
    '' as series,
    {{ galactic_longitude('ra', 'dec') }} as glon,
    {{ galactic_latitude('ra', 'dec') }} as glat
from {{ ref('umlcaxs_uniquely_classified') }}
where simbad_class is null
order by panel, glon, glat
