-- How dense each catalogue is around each primary: density_deg2, from the search circles of all
-- primaries in one cell of the sky. It is what the setting `density: local` and the classifier's
-- `threshold_density: local` take; with `density: global` log10_nu is that of the whole catalogue.
-- One row per primary and catalogue after the first.
{% set match = match_settings() %}
{% set cell = match.density_cell_deg %}
{% set ring_deg2 = '(pi() * (1 - 0.25) * pow(' ~ match.radius_arcsec ~ ' / 3600.0, 2))' %}
{% set sky_deg2 = '(4 * pi() * pow(degrees(1), 2))' %}
with
    counts as (
        select
            primary_key,
            densities.catalogue,
            not is_fake and is_covered as is_counted,
            floor(dec / {{ cell }}) as zone,
            floor(ra * cos(radians(zone * {{ cell }})) / {{ cell }}) as bin,
            coalesce(n_ring, 0) as n_ring
        from {{ ref('primaries') }}
        cross join (select catalogue from {{ ref('densities') }}) as densities
        left join
            (
                select primary_key, catalogue, count(*) as n_ring
                from {{ ref('candidates') }}
                where separation_arcsec > {{ match.radius_arcsec }} / 2
                group by primary_key, catalogue
            ) as rings using (primary_key, catalogue)
    ),

    smoothed as (
        select
            primary_key,
            catalogue,
            area_deg2,
            log10_nu,
            log10_nu_plus,
            -- from the sources in the outer rings, where few are counterparts. Densities differ by
            -- their own size over the sky: the prior of a cell's density is exponential about the
            -- mean (a gamma distribution of shape 1), its posterior mean (counts + 1) / (rings + 1
            -- / mean)
            (coalesce(sum(n_ring) filter (is_counted) over around, 0) + 1) / (
                count(*) filter (is_counted) over around * {{ ring_deg2 }}
                + 1 / (n_sources / area_deg2)
            ) as density_deg2
        from counts
        inner join {{ ref('densities') }} using (catalogue)
        window around as (partition by catalogue, zone, bin)
    )

select
    primary_key,
    catalogue,
    density_deg2,
    {% if match.density == 'local' %}
        log10(density_deg2 * {{ sky_deg2 }}) as log10_nu,
        -- one more source on the whole area, as with the global density
        log10((density_deg2 + 1 / area_deg2) * {{ sky_deg2 }}) as log10_nu_plus
    {% else %} log10_nu, log10_nu_plus
    {% endif %}
from smoothed
