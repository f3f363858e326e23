-- Every source of the other catalogues nearer than the match radius to a primary, moved to the primary's epoch where both
-- epochs and the motion are known; and where it lies, how well that is known and how it moves in the frame of the primary (arcsec,
-- arcsec2, mas/yr east and north). One row per pair.
{{ config(enabled=var('match') is not none) }}
{% set match = match_settings() %}
{% set moving = match.moving %}
{% set slack = var('slow_motion_arcsec') if moving else 0 %}
{% set radius = match.radius_arcsec or 1 %}
{% set search = radius + slack %}
{% set columns = ['catalogue', 'ra', 'dec', 'major', 'minor', 'angle', 'ref_epoch', 'pmra', 'pmdec'] + (['properties'] if match.priors else []) %}
{% for catalogue in match.catalogues[1:] %}{% do columns.append(catalogue.name ~ '_id') %}{% endfor %}
with primaries as (
    {{ touched_cells(ref('matching_primaries'), ['primary_key', 'ra', 'dec', 'ref_epoch'], search) }}
),

-- read twice rather than kept: few of them are fast
others as not materialized (
    select
        {{ columns | join(', ') }},
        -- whether it moves farther than the slack by some primary's epoch
        {% if moving %}
        coalesce(sqrt(pmra * pmra + pmdec * pmdec) / 1000 * greatest(abs(first_epoch - ref_epoch), abs(last_epoch - ref_epoch)) > {{ slack }}, false)
        {% else %}
        false
        {% endif %} as is_fast,
        first_epoch,
        last_epoch
    from {{ ref('matching_sources') }}
    cross join (
        select min(ref_epoch) as first_epoch, max(ref_epoch) as last_epoch from {{ ref('matching_primaries') }}
    )
    -- without an error there is no Bayes factor
    where catalogue > 1 and major is not null and minor is not null
),

slow as (
    select {{ columns | join(', ') }}, {{ sky_cell('ra', 'dec', search) }} as sky_cell from others where not is_fast
),

{% if moving %}
fast as (
    {{ track_cells('(select * from others where is_fast)', columns, slack, search) }}
),
{% endif %}

near as (
    {% for speed in (['slow', 'fast'] if moving else ['slow']) %}
    {# a track touches several cells of one search circle #}
    select {{ 'distinct' if speed == 'fast' }}
        primary_key,
        primaries.ra as primary_ra,
        primaries.dec as primary_dec,
        primaries.ref_epoch - {{ speed }}.ref_epoch as years,
        {{ speed }}.* exclude (sky_cell, ref_epoch)
    from primaries
    inner join {{ speed }} using (sky_cell)
    {{ 'where abs(primaries.dec - slow.dec) <= ' ~ search ~ ' / 3600.0' if speed == 'slow' }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

moved as (
    select
        * {{ "exclude (place) replace (place.ra as ra, place.dec as dec)" if moving }}
    from (
        select
            *
            {% if moving %},
            case when pmra is not null and pmdec is not null and years is not null
                then {{ moved_position('ra', 'dec', 'pmra', 'pmdec', 'years') }} else {'ra': ra, 'dec': dec} end as place
            {% endif %}
        from near
    )
),

sines as (
    select
        *,
        {{ offset_east('primary_ra', 'primary_dec', 'ra', 'dec') }} as sin_east,
        {{ offset_north('primary_ra', 'primary_dec', 'ra', 'dec') }} as sin_north,
        sqrt(sin_east * sin_east + sin_north * sin_north) as sine
    from moved
    -- the other half of the sky has the same sines
    where abs(dec - primary_dec) < 90
),

offsets as (
    select
        *,
        case when sine > 0 then asin(least(sine, 1)) / sine else 1 end * degrees(1) * 3600 as stretch,
        sine * stretch as separation,
        {{ 'true' if match.carried else 'major <> minor' }} as needs_turn,
        case when needs_turn then {{ turn_of_north('primary_ra', 'primary_dec', 'ra', 'dec') }} end as turn
    from sines
)

select
    primary_key,
    catalogue,
    {% for catalogue in match.catalogues[1:] %}
    {{ catalogue.name }}_id,
    {% endfor %}
    ra,
    dec,
    major,
    minor,
    angle,
    separation,
    sin_east * stretch as east,
    sin_north * stretch as north,
    {{ covariance('major', 'minor', '(radians(angle) + turn)') }},
    {% if match.carried %}
    years,
    pmra * cos(turn) + pmdec * sin(turn) as motion_east,
    pmdec * cos(turn) - pmra * sin(turn) as motion_north,
    {% endif %}
    {{ 'properties' if match.priors }}
from offsets
where separation < {{ radius }}
