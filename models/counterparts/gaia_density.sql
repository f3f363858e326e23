-- How many Gaia sources a square degree holds, and with it the prior that a candidate is the counterpart. One row.
{% set ring_deg2 = 'pi() * (1 - 0.25) * pow(' ~ var('match_radius_arcsec') ~ ' / 3600.0, 2)' %}
with counts as (
    select
        (select count(*) from {{ source('gaia', 'gaia_source') }}) as n_sources,
        (select count(*) from {{ source('csc', 'csc_master') }}) as n_xray,
        (select sum(area_deg2) from {{ source('lynceus', 'coverage') }} where catalogue = 'gaia_source') as moc_area_deg2,
        -- candidates in the outer ring of the search circles, where few are counterparts
        (select count(*) from {{ ref('candidates') }} where separation_arcsec > {{ var('match_radius_arcsec') }} / 2) as n_ring
),

areas as (
    select
        *,
        case
            when {{ var('gaia_area_deg2') or 'null' }}::double is not null then 'var gaia_area_deg2'
            when moc_area_deg2 is not null then 'coverage MOC'
            else 'sky around the X-ray sources'
        end as area_from,
        coalesce(
            {{ var('gaia_area_deg2') or 'null' }}::double,
            moc_area_deg2,
            n_sources * n_xray * {{ ring_deg2 }} / greatest(n_ring, 1)
        ) as area_deg2
    from counts
)

select
    n_sources,
    area_deg2,
    area_from,
    n_sources / area_deg2 / 3600 as density_arcmin2,
    -- the prior of one candidate, of all sources on a sky of that density and of there being none: Salvato et al. 2018, App. B
    log10({{ var('completeness') }}) - log10((n_sources + 1) / area_deg2 * 4 * pi() * pow(degrees(1), 2)) as log10_prior
from areas
