-- Every source of the other catalogues within the match radius of a primary, moved to the primary's
-- epoch where both epochs and the motion are known, its error grown by the motion's. One row per
-- pair.
{% set match = match_settings() %}
{% set moving = match.moving %}
{% set slack = match.slow_motion_arcsec if moving else 0 %}
{% set search = match.radius_arcsec + slack %}
{% set keys = match.catalogues[1:] | map(attribute='key') | list %}
{% set axes = ['major'] if match.circular else ['major', 'minor', 'angle'] %}
{% set motion = ['ref_epoch', 'pmra', 'pmdec', 'motion_variance'] if moving else [] %}
{#- a number that all rows share is left to the end -#}
{% set number = ['catalogue'] if keys | length > 1 else [] %}
{% set columns = number + keys + ['ra', 'dec'] + axes + motion + (['properties'] if match.priors else []) %}
{% set around = '(select primary_key, ra, dec, ref_epoch as primary_epoch from ' ~ ref('primaries') ~ ')' %}
{% set of_primary = ['primary_key', 'primary_epoch'] %}
with
    {% if moving %}
        epochs as (
            select min(ref_epoch) as first_epoch, max(ref_epoch) as last_epoch
            from {{ ref('primaries') }}
        ),
    {% endif %}

    -- read twice rather than kept: few of them are fast
    others as not materialized(
        select
            {{ columns | join(', ') }}
            {%- if moving %}
                ,
                first_epoch,
                last_epoch,
                -- whether it moves farther than the slack by some primary's epoch
                coalesce(
                    sqrt(pmra * pmra + pmdec * pmdec)
                    / 1000
                    * greatest(abs(first_epoch - ref_epoch), abs(last_epoch - ref_epoch))
                    > {{ slack }},
                    false
                ) as is_fast
            {%- endif %}
        from {{ ref('match_sources') }} {{ 'cross join epochs' if moving }}
        where
            catalogue > 1
            {% if match.catalogues[1:] | rejectattr('error.default_arcsec') | list %}
                -- without an error there is no Bayes factor
                and {{ axes[:2] | join(' is not null and ') }} is not null
            {% endif %}
    ),

    {% set slow = '(select ' ~ columns | join(', ') ~ ' from others' ~ (' where not is_fast' if moving else '') ~ ')' %}
    near as (
        select
            * rename(
                ra as primary_ra,
                dec as primary_dec,
                other_ra as ra,
                other_dec as dec,
                separation_arcsec as separation_own_epoch_arcsec
            )
        from ({{ sky_join(around, of_primary, slow, search) }})
        {% if moving %}
            union all by name
            -- a track touches several cells of one search circle
            select distinct
                {{ of_primary | join(', ') }},
                primaries.ra as primary_ra,
                primaries.dec as primary_dec,
                fast.* exclude (sky_cell),
                {{ great_circle_arcsec('primaries.ra', 'primaries.dec', 'fast.ra', 'fast.dec') }}
                as separation_own_epoch_arcsec
            from ({{ touched_cells(around, of_primary + ['ra', 'dec'], search) }}) as primaries
            inner join
                (
                    {{ track_cells('(select * from others where is_fast)', columns, slack, search) }}
                ) as fast using (sky_cell)
        {% endif %}
    )

    {% if moving %}
        ,

        moved as (
            select
                *,
                primary_epoch - ref_epoch as years,
                pmra is not null and pmdec is not null and years is not null as is_moved,
                case
                    when is_moved then {{ moved_position('ra', 'dec', 'pmra', 'pmdec', 'years') }}
                end as place
            from near
        )
    {% endif %}

select
    primary_key,
    {{ 'catalogue' if number else '2 as catalogue' }},
    {{ keys | join(',\n    ') }},
    {% if moving %}
        case when is_moved then place.ra else moved.ra end as ra,
        case when is_moved then place.dec else moved.dec end as dec,
        case
            when is_moved
            then {{ great_circle_arcsec('primary_ra', 'primary_dec', 'place.ra', 'place.dec') }}
            else separation_own_epoch_arcsec
        end as separation_arcsec,
        separation_own_epoch_arcsec,
        {% for axis in axes[:2] %}
            sqrt(
                {{ axis }} * {{ axis }} + coalesce(motion_variance * years * years / 1000000, 0)
            ) as {{ axis }},
        {% endfor %}
        {% if match.carried %} years, pmra, pmdec, {% endif %}
    {% else %}
        ra, dec, separation_own_epoch_arcsec as separation_arcsec, {{ axes[:2] | join(',\n    ') }},
    {% endif %}
    {{ 'angle,' if not match.circular }}
    {{ 'properties,' if match.priors }}
from {{ 'moved' if moving else 'near' }}
where separation_arcsec < {{ match.radius_arcsec }}
