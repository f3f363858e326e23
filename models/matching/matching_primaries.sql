-- The sources whose counterparts are sought: those of the first catalogue, and copies of them moved to empty places (fakes),
-- whose matches are all by chance: farther than two radii from every real one, and with the whole search circle on sky that
-- the other catalogues cover, where their coverage is given. One row per source and copy.
{{ config(enabled=var('match') is not none) }}
{% set match = match_settings() %}
{% set radius = match.radius_arcsec or 1 %}
{% set low, high = match.fake_shift_arcsec or [2 * radius, 6 * radius] %}
{#- random: each fake its own way; shifted: all of one copy the same way -#}
{% set seed = "'copy ' || copy" if match.fake_kind == 'shifted' else "text_id || ' ' || copy" %}
{% set id = match.catalogues[0].name ~ '_id' if match.catalogues else 'id' %}
with sources as (
    select *, row_number() over (order by {{ id }})::integer as primary_key, {{ id }}::varchar as text_id
    from {{ ref('matching_sources') }}
    where catalogue = 1
),

moved as (
    select
        sources.*,
        copy,
        -- evenly over the ring
        sqrt({{ low }} * {{ low }} + {{ uniform_hash(seed, 'distance') }} * ({{ high }} * {{ high }} - {{ low }} * {{ low }})) as shift_arcsec,
        2 * pi() * {{ uniform_hash(seed, 'direction') }} as toward,
        {{ moved_position('ra', 'dec', 'shift_arcsec * 1000 * sin(toward)', 'shift_arcsec * 1000 * cos(toward)', '1') }} as place
    from sources
    cross join range(1, {{ (match.fakes or 0) + 1 }}) as copies (copy)
),

fakes as (
    select
        (primary_key + copy * (select count(*) from sources))::integer as primary_key,
        true as is_fake,
        {{ id }},
        place.ra as ra,
        place.dec as dec,
        major, minor, angle, ref_epoch
    from moved
),

-- around a real source there are real counterparts
occupied as (
    select distinct fakes.primary_key
    from ({{ touched_cells('fakes', ['primary_key', 'ra', 'dec'], 2 * radius) }}) as fakes
    inner join (
        select ra, dec, {{ sky_cell('ra', 'dec', 2 * radius) }} as sky_cell from sources
    ) as near using (sky_cell)
    where {{ great_circle_arcsec('fakes.ra', 'fakes.dec', 'near.ra', 'near.dec') }} < {{ 2 * radius }}
),

{% set covered = match.catalogues | selectattr('coverage') | list %}
all_primaries as (
    select primary_key, false as is_fake, {{ id }}, ra, dec, major, minor, angle, ref_epoch from sources
    union all
    select * from fakes anti join occupied using (primary_key)
    {% if covered %}
    where
        {% for catalogue in covered %}
        moc_holds_circle('{{ catalogue.coverage }}', ra, dec, {{ radius }} / 3600.0) {{ 'and' if not loop.last }}
        {% endfor %}
    {% endif %}
)

select
    *,
    {{ covariance('major', 'minor', 'radians(angle)') }}
from all_primaries
