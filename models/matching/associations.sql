-- Every way in which a primary and at most one source of each other catalogue may be one object, all of them nearer to each
-- other than the match radius. One row per association; that of the primary alone is the hypothesis of no counterpart.
-- Separations are those of the catalogues' positions; `ra` and `dec`, all at the primary's epoch, are what Bayes factors take.
-- `members` has bit 2^(k-2) set if catalogue k takes part; lists have one entry per catalogue, NULL for those that do not.
{{ config(enabled=var('match') is not none) }}
{% set match = match_settings() %}
{% set quantities = ['ra', 'dec', 'major', 'minor', 'angle'] %}
{#- catalogues that carry motions, and those whose epoch is known but not the motion: these move as the others of the association do -#}
{% set moving = match.catalogues | selectattr('pmra') | list %}
{% set carried = [] %}
{% for catalogue in match.catalogues[1:] if moving and catalogue.epoch is not none and not catalogue.pmra %}{% do carried.append(catalogue.number) %}{% endfor %}
with step_1 as (
    select
        primary_key,
        is_fake,
        1 as ncat,
        0 as members,
        0.0::double as separation_max,
        {% for quantity in quantities %}
        {{ quantity }} as {{ quantity }}_1,
        {% endfor %}
        null::double as pmra,
        null::double as pmdec
    from {{ ref('matching_primaries') }}
),

{% for catalogue in match.catalogues[1:] %}
{% set k = catalogue.number %}
step_{{ k }} as (
    select
        *,
        null::integer as key_{{ k }},
        null::double as years_{{ k }},
        {% for quantity in quantities %}
        null::double as {{ quantity }}_{{ k }},
        {% endfor %}
        {% for j in range(1, k) %}
        null::double as separation_{{ k }}_{{ j }},
        {% endfor %}
    from step_{{ k - 1 }}
    union all
    select * replace (
        greatest(separation_max{% for j in range(1, k) %}, separation_{{ k }}_{{ j }}{% endfor %}) as separation_max
    )
    from (
        select
            so_far.* replace (
                ncat + 1 as ncat,
                members + {{ 2 ** (k - 2) }} as members,
                coalesce(so_far.pmra, next.pmra) as pmra,
                coalesce(so_far.pmdec, next.pmdec) as pmdec
            ),
            next.source_key as key_{{ k }},
            next.years as years_{{ k }},
            {% for quantity in quantities %}
            next.{{ quantity }} as {{ quantity }}_{{ k }},
            {% endfor %}
            next.separation as separation_{{ k }}_1,
            {% for j in range(2, k) %}
            case when so_far.ra_{{ j }} is not null
                then {{ great_circle_arcsec('so_far.ra_' ~ j, 'so_far.dec_' ~ j, 'next.ra', 'next.dec') }}
            end as separation_{{ k }}_{{ j }},
            {% endfor %}
        from step_{{ k - 1 }} as so_far
        inner join {{ ref('matching_pairs') }} as next on so_far.primary_key = next.primary_key and catalogue = {{ k }}
        -- a primary without error is alone
        where so_far.major_1 is not null and so_far.minor_1 is not null
    )
    where true
    {% for j in range(2, k) %}
        and coalesce(separation_{{ k }}_{{ j }} < {{ match.radius_arcsec }}, true)
    {% endfor %}
),

{% endfor %}
{% set last = match.catalogues | length or 1 %}
moved as (
    select
        *,
        {% for k in range(1, last + 1) %}
        {% if k in carried %}
        case when pmra is not null and pmdec is not null and years_{{ k }} is not null
            then {{ moved_position('ra_' ~ k, 'dec_' ~ k, 'pmra', 'pmdec', 'years_' ~ k) }} else {'ra': ra_{{ k }}, 'dec': dec_{{ k }}} end
        {% else %}
        {'ra': ra_{{ k }}, 'dec': dec_{{ k }}}
        {% endif %} as place_{{ k }},
        {% endfor %}
    from step_{{ last }}
)

select
    primary_key,
    is_fake,
    {% for k in range(2, last + 1) %}
    key_{{ k }},
    {% endfor %}
    ncat,
    members,
    separation_max,
    {% for k in range(2, last + 1) %}
    {% for j in range(1, k) %}
    separation_{{ k }}_{{ j }},
    {% endfor %}
    {% endfor %}
    {% for quantity in quantities %}
    [{% for k in range(1, last + 1) %}{{ 'place_' ~ k ~ '.' ~ quantity if quantity in ['ra', 'dec'] else quantity ~ '_' ~ k }}{{ ', ' if not loop.last }}{% endfor %}] as {{ quantity }},
    {% endfor %}
from moved
