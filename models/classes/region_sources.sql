-- Every X-ray source inside a gamma-ray region: Yang et al. 2022, section 6.2. Cells of the sky are
-- 1 deg; a region lies in all that its circle touches, be it larger or smaller.
with regions as (select * from {{ ref('stg_gamma_ray__regions') }} where radius_deg is not null)

select region_name, csc_name, separation_arcsec / 3600 as separation_deg, significance, flux_b
from
    (
        {{ sky_join('regions', ['region_name'], ref('source_properties'), 1800, reach='radius_deg * 3600') }}
    )
order by region_name, csc_name
