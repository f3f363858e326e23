-- The sources whose counterparts are sought: those of the first catalogue, and copies of them
-- moved to empty places (fakes), whose matches are all by chance: farther than one and a half
-- radii from every real one, so that no real counterpart is near, and with the whole search circle
-- on sky that the other catalogues cover. A fake without such a place is moved again, each time
-- less far, since cut-outs end near the sources. Sources on sky that another catalogue says it does
-- not cover are set apart (is_covered): of their counterparts nothing can be known, as without a
-- position error. One row per source and copy.
{% set match = match_settings() %}
{% set radius = match.radius_arcsec %}
{% set empty = 1.5 * radius %}
{% set low, high = match.fake_shift_arcsec or [empty, 6 * radius] %}
{#- random: each fake its own variant; shifted: all of one copy the same variant, and no other -#}
{% set is_shifted = match.fake_kind == 'shifted' %}
{% set seed = "'copy ' || copy" if is_shifted else "text_id || ' ' || copy" %}
{% set tries = 1 if is_shifted else 8 %}
{% set key = match.catalogues[0].key %}
with
    places as (
        select
            *,
            true
            {% for catalogue in match.catalogues[1:] if catalogue.coverage %}
                {% set coverage = dbt.string_literal(dbt.escape_single_quotes(catalogue.coverage)) %}
                and coalesce(moc_holds_circle({{ coverage }}, ra, dec, 0.0), true)
            {% endfor %} as is_covered
        from {{ ref('match_sources') }}
        where catalogue = 1
    ),

    sources as (
        select
            -- joins and groupings of millions of candidates go by this number: much faster than
            -- by name
            row_number() over (order by {{ key }})::integer as primary_key,
            {{ key }},
            ra,
            dec,
            case when is_covered then major end as major,
            case when is_covered then minor end as minor,
            angle,
            ref_epoch,
            is_covered
        from places
    )

    {% if match.fakes %}
        ,

        left_after_0 as (
            select sources.*, copy, {{ key }}::varchar as text_id
            from sources
            cross join range(1, {{ match.fakes + 1 }}) as copies(copy)
            where is_covered
        ),

        {% for try in range(1, tries + 1) %}
            {% set far = low + (high - low) / 2 ** [2 * loop.index0, 5] | min %}
            {% set salt = '' if loop.first else ' ' ~ try %}
            moved_{{ try }} as (
                select
                    * exclude (ra, dec, place, shift_arcsec, toward),
                    place.ra as ra,
                    place.dec as dec
                from
                    (
                        select
                            *,
                            -- evenly over the ring
                            sqrt(
                                {{ low }} * {{ low }}
                                + {{ uniform_hash(seed, 'distance' ~ salt) }}
                                * ({{ far }} * {{ far }} - {{ low }} * {{ low }})
                            ) as shift_arcsec,
                            2 * pi() * {{ uniform_hash(seed, 'direction' ~ salt) }} as toward,
                            {{ moved_position('ra', 'dec', 'shift_arcsec * 1000 * sin(toward)', 'shift_arcsec * 1000 * cos(toward)', '1') }}
                            as place
                        from left_after_{{ try - 1 }}
                    )
            ),

            placed_{{ try }} as materialized(
                select *
                from moved_{{ try }}
                anti join
                    (
                        {{ sky_join('moved_' ~ try, ['primary_key', 'copy'], '(select ra, dec from sources)', empty) }}
                    ) using (primary_key, copy)
                where
                    true
                    {% for catalogue in match.catalogues if catalogue.number > 1 or catalogue.coverage %}
                        -- a catalogue too small to tell what it covers limits nothing
                        and coalesce(
                            moc_holds_circle(
                                (
                                    select coalesce(coverage, coverage_file)
                                    from {{ ref('footprints') }}
                                    where catalogue = {{ catalogue.number }}
                                ),
                                ra,
                                dec,
                                {{ radius }} / 3600.0
                            ),
                            true
                        )
                    {% endfor %}
            ),

            left_after_{{ try }} as materialized(
                select *
                from left_after_{{ try - 1 }}
                anti join placed_{{ try }} using (primary_key, copy)
            ),
        {% endfor %}

        fakes as (
            select
                * exclude (copy, text_id) replace (
                    (primary_key + copy * (select count(*) from sources))::integer as primary_key
                )
            from
                (
                    {% for try in range(1, tries + 1) %}
                        select * from placed_{{ try }} {{ 'union all' if not loop.last }}
                    {% endfor %}
                )
        )
    {% endif %}

select *, false as is_fake
from sources
{% if match.fakes %}
    union all by name
    select *, true as is_fake
    from fakes
{% endif %}
order by primary_key
