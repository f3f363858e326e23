-- How dense Gaia is around each X-ray source. One row per X-ray source.
-- Candidates in the outer ring of the search circles, where few are counterparts, of all X-ray sources in half a degree of sky;
-- weighed with a ring's worth of the mean density, so that a lonely source without any is not alone in the world.
{% set ring_arcmin2 = 'pi() * (1 - 0.25) * pow(' ~ var('match_radius_arcsec') ~ ' / 60.0, 2)' %}
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
),

mean as (
    select avg(n_ring) as n_per_ring
    from counts
)

select
    xray_key,
    (sum(n_ring) over cell + n_per_ring) / (count(*) over cell + 1) / ({{ ring_arcmin2 }}) as density_arcmin2
from counts
cross join mean
window cell as (partition by zone, bin)
