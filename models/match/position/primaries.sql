-- The sources whose counterparts are sought: those of the first catalogue, and copies of them moved
-- to empty places (fakes), whose matches are all by chance: farther than two radii from every real
-- one, and with the whole search circle on sky that the other catalogues cover, where their
-- coverage is given. One row per source and copy.
{% set match = match_settings() %}
{% set radius = match.radius_arcsec %}
{% set low, high = match.fake_shift_arcsec or [2 * radius, 6 * radius] %}
{#- random: each fake its own variant; shifted: all of one copy the same variant -#}
{% set seed = "'copy ' || copy" if match.fake_kind == 'shifted' else "text_id || ' ' || copy" %}
{% set key = match.catalogues[0].key %}
with
    sources as (
        select
            -- joins and groupings of millions of candidates go by this number: much faster than
            -- by name
            row_number() over (order by {{ key }})::integer as primary_key,
            {{ key }},
            ra,
            dec,
            major,
            minor,
            angle,
            ref_epoch
        from {{ ref('match_sources') }}
        where catalogue = 1
    )

    {% if match.fakes %}
        ,

        moved as (
            select
                sources.*,
                copy,
                {{ key }}::varchar as text_id,
                -- evenly over the ring
                sqrt(
                    {{ low }} * {{ low }}
                    + {{ uniform_hash(seed, 'distance') }}
                    * ({{ high }} * {{ high }} - {{ low }} * {{ low }})
                ) as shift_arcsec,
                2 * pi() * {{ uniform_hash(seed, 'direction') }} as toward,
                {{ moved_position('ra', 'dec', 'shift_arcsec * 1000 * sin(toward)', 'shift_arcsec * 1000 * cos(toward)', '1') }}
                as place
            from sources
            cross join range(1, {{ match.fakes + 1 }}) as copies(copy)
        ),

        fakes as (
            select
                (primary_key + copy * (select count(*) from sources))::integer as primary_key,
                {{ key }},
                place.ra as ra,
                place.dec as dec,
                major,
                minor,
                angle,
                ref_epoch,
                true as is_fake
            from moved
        ),

        -- around a real source there are real counterparts
        occupied as (
            select distinct primary_key
            from
                (
                    {{ sky_join('fakes', ['primary_key'], '(select ra, dec from sources)', 2 * radius) }}
                )
        )
    {% endif %}

select *, false as is_fake
from sources
{% if match.fakes %}
    union all
    select *
    from fakes
    anti join occupied using (primary_key)
    where
        true
        {% for catalogue in match.catalogues if catalogue.coverage %}
            and moc_holds_circle('{{ catalogue.coverage }}', ra, dec, {{ radius }} / 3600.0)
        {% endfor %}
    {% endif %} {{ '' if match.fakes else 'order by primary_key' }}
