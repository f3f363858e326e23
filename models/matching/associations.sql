-- Every way in which a primary and at most one source of each other catalogue may be one object, all of them nearer to each
-- other than the match radius. One row per association; that of the primary alone is the hypothesis of no counterpart.
-- `members` has bit 2^(k-2) set if catalogue k takes part; lists have one entry per catalogue, NULL for those that do not.
{{ config(enabled=var('match') is not none) }}
{% set match = match_settings() %}
{% set quantities = ['ra', 'dec', 'major', 'minor', 'angle'] %}
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
    from {{ ref('matching_primaries') }}
),

{% for catalogue in match.catalogues[1:] %}
{% set k = catalogue.number %}
step_{{ k }} as (
    select
        *,
        null::integer as key_{{ k }},
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
            so_far.* replace (ncat + 1 as ncat, members + {{ 2 ** (k - 2) }} as members),
            next.source_key as key_{{ k }},
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
numbered as (
    select * from step_{{ last }}
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
    [{% for k in range(1, last + 1) %}{{ quantity }}_{{ k }}{{ ', ' if not loop.last }}{% endfor %}] as {{ quantity }},
    {% endfor %}
from numbered
