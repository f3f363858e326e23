-- Every source of the other catalogues nearer than the match radius to a primary, moved to the primary's epoch where both
-- epochs and the motion are known. One row per pair.
{{ config(enabled=var('match') is not none) }}
{% set match = match_settings() %}
{% set moving = match.catalogues | selectattr('pmra') | list %}
{% set slack = var('slow_motion_arcsec') if moving else 0 %}
{% set search = (match.radius_arcsec or 1) + slack %}
{% set columns = ['catalogue', 'source_key', 'ra', 'dec', 'major', 'minor', 'angle', 'ref_epoch', 'pmra', 'pmdec'] %}
with primaries as (
    {{ touched_cells(ref('matching_primaries'), ['primary_key', 'ra', 'dec', 'ref_epoch'], search) }}
),

others as (
    select
        {{ columns | join(', ') }},
        -- whether it moves farther than the slack by some primary's epoch
        {% if moving %}
        coalesce(sqrt(pow(pmra, 2) + pow(pmdec, 2)) / 1000 * greatest(abs(first_epoch - ref_epoch), abs(last_epoch - ref_epoch)) > {{ slack }}, false)
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

placed as (
    select {{ columns | join(', ') }}, {{ sky_cell('ra', 'dec', search) }} as sky_cell, false as is_fast from others where not is_fast
    {% if moving %}
    union all
    select *, true as is_fast from (
        {{ track_cells('(select * from others where is_fast)', columns, slack, search) }}
    )
    {% endif %}
),

near as (
    select {{ 'distinct' if moving }}
        primary_key,
        primaries.ra as primary_ra,
        primaries.dec as primary_dec,
        primaries.ref_epoch - placed.ref_epoch as years,
        placed.* exclude (sky_cell, ref_epoch)
    from primaries
    inner join placed using (sky_cell)
    where
        is_fast
        or (
            abs(primaries.dec - placed.dec) <= {{ search }} / 3600.0
            and {{ great_circle_arcsec('primaries.ra', 'primaries.dec', 'placed.ra', 'placed.dec') }} <= {{ search }}
        )
),

moved as (
    select
        * exclude (ra, dec),
        {% if moving %}
        case when pmra is not null and pmdec is not null and years is not null
            then {{ moved_position('ra', 'dec', 'pmra', 'pmdec', 'years') }} else {'ra': ra, 'dec': dec} end as place
        {% else %}
        {'ra': ra, 'dec': dec} as place
        {% endif %}
    from near
),

separated as (
    select
        *,
        {{ great_circle_arcsec('primary_ra', 'primary_dec', 'place.ra', 'place.dec') }} as separation
    from moved
)

select
    primary_key,
    catalogue,
    source_key,
    place.ra as ra,
    place.dec as dec,
    major,
    minor,
    angle,
    years,
    pmra,
    pmdec,
    separation
from separated
where separation < {{ match.radius_arcsec or 1 }}
