-- How dense Gaia is around each X-ray source. One row per X-ray source.
-- From the search circles of all X-ray sources in half a degree of sky.
{% set ring_arcmin2 = '(pi() * (1 - 0.25) * pow(' ~ var('match_radius_arcsec') ~ ' / 60.0, 2))' %}
with counts as (
    select
        xray_key,
        floor(dec * 2) as zone,
        floor(ra * cos(radians(zone / 2)) * 2) as bin,
        count(candidates.xray_key) as n_ring
    from {{ ref('xray_positions') }}
    left join (
        select xray_key from {{ ref('candidates') }}
        where separation_arcsec > {{ var('match_radius_arcsec') }} / 2
    ) as candidates using (xray_key)
    group by all
)

select
    xray_key,
    {{ local_density(ring_arcmin2, 'density_arcmin2', 'cell') }} as density_arcmin2
from counts
cross join (select density_arcmin2 from {{ ref('gaia_density') }})
window cell as (partition by zone, bin)
