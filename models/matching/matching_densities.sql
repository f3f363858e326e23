-- How dense each catalogue after the first is on the sky, the whole catalogue counted. One row per catalogue.
-- log10_nu: of the sources on a whole sky of that density; log10_nu_plus: of these and of there being none
-- (Salvato et al. 2018, MNRAS 473, 4937, App. B).
{{ config(enabled=var('match') is not none) }}
{% set match = match_settings() %}
{% set ring_deg2 = 'pi() * (1 - 0.25) * pow(' ~ (match.radius_arcsec or 1) ~ ' / 3600.0, 2)' %}
with given as (
    {% for catalogue in match.catalogues[1:] %}
    select
        {{ catalogue.number }} as catalogue,
        '{{ catalogue.name }}' as name,
        {{ catalogue.completeness }}::double as completeness,
        {% if catalogue.area_deg2 %}
        {{ catalogue.area_deg2 }}::double as given_area_deg2,
        'area_deg2' as given_from
        {% elif catalogue.coverage %}
        moc_area_deg2('{{ catalogue.coverage }}') as given_area_deg2,
        'coverage {{ catalogue.coverage }}' as given_from
        {% else %}
        null::double as given_area_deg2,
        null::varchar as given_from
        {% endif %}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

counted as (
    select catalogue, count(*) as n_sources from {{ ref('matching_sources') }} group by catalogue
),

-- the outer ring of the search circles, where few are counterparts
rings as (
    select catalogue, count(*) as n_ring
    from {{ ref('matching_pairs') }}
    semi join (select * from {{ ref('matching_primaries') }} where not is_fake) using (primary_key)
    where separation > {{ match.radius_arcsec or 1 }} / 2
    group by catalogue
),

areas as (
    select
        given.*,
        coalesce(n_sources, 0) as n_sources,
        coalesce(given_from, 'sky around the primaries') as area_from,
        coalesce(
            given_area_deg2,
            counted.n_sources * (select count(*) from {{ ref('matching_primaries') }} where not is_fake) * {{ ring_deg2 }}
            / greatest(coalesce(n_ring, 0), 1),
            -- of an empty table: nothing is matched, and any area does
            4 * pi() * pow(degrees(1), 2)
        ) as area_deg2
    from given
    left join counted using (catalogue)
    left join rings using (catalogue)
)

select
    catalogue,
    name,
    n_sources,
    area_deg2,
    area_from,
    completeness,
    log10(n_sources / area_deg2 * 4 * pi() * pow(degrees(1), 2)) as log10_nu,
    log10((n_sources + 1) / area_deg2 * 4 * pi() * pow(degrees(1), 2)) as log10_nu_plus
from areas
