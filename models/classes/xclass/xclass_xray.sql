-- X-ray sources as XClass sees them, those of csc_master and those of galaxy_xray: fluxes, their
-- errors, and one size of the position error.
with
    sources as (
        select 'csc_master' as origin, *
        from {{ ref('stg_csc__sources') }}
        union all by name
        select 'galaxy_xray' as origin, *
        from {{ ref('stg_galaxies__xray') }}
    )

select
    csc_name,
    origin,
    ra,
    dec,
    -- of the 95 % axes, as published: section 2.3
    sqrt((pow(err_ellipse_r0, 2) + pow(err_ellipse_r1, 2)) / 2) as sigma_eff_arcsec,
    significance,
    {% for band in ['s', 'm', 'h', 'b'] %}
        flux_aper90_{{ band }} as flux_{{ band }},
        (flux_aper90_hilim_{{ band }} - flux_aper90_lolim_{{ band }}) / 2 as e_flux_{{ band }},
    {% endfor %}
from sources
order by csc_name
