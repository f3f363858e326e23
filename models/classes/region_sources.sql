-- Every X-ray source inside a gamma-ray region: Yang et al. 2022, section 6.2.
{% set cell_arcsec = 1800 %}  {# cells of 1 deg; a region lies in all that its circle touches, be it larger or smaller #}
with regions as (
    select * from {{ ref('stg_gamma_ray__regions') }} where radius_deg is not null
),

region_cells as (
    {{ touched_cells('regions', ['region_name', 'ra', 'dec', 'radius_deg'], cell_arcsec, reach='radius_deg * 3600') }}
),

sources as (
    select csc_name, ra, dec, significance, flux_b, {{ sky_cell('ra', 'dec', cell_arcsec) }} as sky_cell
    from {{ ref('source_properties') }}
)

select
    region_name,
    csc_name,
    {{ great_circle_arcsec('region_cells.ra', 'region_cells.dec', 'sources.ra', 'sources.dec') }} / 3600 as separation_deg,
    significance,
    flux_b
from region_cells
inner join sources using (sky_cell)
where separation_deg <= radius_deg
order by region_name, csc_name
