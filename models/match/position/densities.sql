-- How dense each catalogue after the first is on the sky, the whole catalogue counted. One row per
-- catalogue. log10_nu: of the sources on a whole sky of that density; log10_nu_plus: of these and
-- of there being none (Salvato et al. 2018, MNRAS 473, 4937, App. B).
{% set match = match_settings() %}
{% set ring_deg2 = 'pi() * (1 - 0.25) * pow(' ~ match.radius_arcsec ~ ' / 3600.0, 2)' %}
with
    counted as (
        {% for catalogue in match.catalogues[1:] %}
            {% set coverage = dbt.string_literal(dbt.escape_single_quotes(catalogue.coverage or "")) %}
            select
                {{ catalogue.number }} as catalogue,
                '{{ catalogue.name }}' as name,
                {{ catalogue.completeness or 'null' }}::double as completeness,
                (select count(*) from {{ match_table(catalogue) }}) as n_sources,
                {% if catalogue.area_deg2 %}
                    {{ catalogue.area_deg2 }}::double as given_area_deg2, 'area_deg2' as given_from
                {% elif catalogue.coverage %}
                    moc_area_deg2({{ coverage }}) as given_area_deg2,
                    'coverage ' || {{ coverage }} as given_from
                {% else %} null::double as given_area_deg2, null::varchar as given_from
                {% endif %}
                {{ 'union all' if not loop.last }}
        {% endfor %}
    ),

    -- the outer ring of the search circles, where few are counterparts
    rings as (
        select catalogue, count(*) as n_ring
        from {{ ref('candidates') }}
        semi join
            (select * from {{ ref('primaries') }} where not is_fake and is_covered) using (
                primary_key
            )
        where separation_arcsec > {{ match.radius_arcsec }} / 2
        group by catalogue
    ),

    areas as (
        select
            counted.*,
            case
                when given_area_deg2 is null then 'sky around the primaries' else given_from
            end as area_from,
            coalesce(
                given_area_deg2,
                n_sources
                * (select count(*) from {{ ref('primaries') }} where not is_fake and is_covered)
                * {{ ring_deg2 }}
                / greatest(coalesce(n_ring, 0), 1)
            ) as area_deg2
        from counted
        left join rings using (catalogue)
    )

select
    catalogue,
    name,
    n_sources,
    area_deg2,
    area_from,
    completeness,
    n_sources / area_deg2 / 3600 as density_arcmin2,
    log10(n_sources / area_deg2 * 4 * pi() * pow(degrees(1), 2)) as log10_nu,
    log10((n_sources + 1) / area_deg2 * 4 * pi() * pow(degrees(1), 2)) as log10_nu_plus
-- of an empty table nothing is matched, and any area does
from
    (
        select
            * replace (
                case
                    when area_deg2 > 0 then area_deg2 else 4 * pi() * pow(degrees(1), 2)
                end as area_deg2
            )
        from areas
    )
order by catalogue
