{#- A query of model candidates with where each lies in the plane of its primary (arcsec east and
    north), its covariance there, and how it moves (mas/yr east and north) if the match carries
    motions. `minor`, `angle`: its other axis and its angle, SQL.

    {{ in_plane_of_primary(match, 'minor', 'angle') }} -#}
{% macro in_plane_of_primary(match, minor, angle) -%}
    select
        * exclude (primary_ra, primary_dec, sin_east, sin_north, stretch, needs_turn, turn),
        sin_east * stretch as east,
        sin_north * stretch as north,
        {{ covariance('major', minor, '(radians(' ~ angle ~ ') + turn)') }}
        {%- if match.carried %}
            ,
            pmra * cos(turn) + pmdec * sin(turn) as motion_east,
            pmdec * cos(turn) - pmra * sin(turn) as motion_north
        {%- endif %}
    from
        (
            select
                candidates.*,
                primaries.ra as primary_ra,
                primaries.dec as primary_dec,
                {{ offset_east('primary_ra', 'primary_dec', 'candidates.ra', 'candidates.dec') }}
                as sin_east,
                {{ offset_north('primary_ra', 'primary_dec', 'candidates.ra', 'candidates.dec') }}
                as sin_north,
                -- arcsec per sine
                case
                    when sin_east = 0 and sin_north = 0
                    then 1
                    else
                        asin(least(sqrt(sin_east * sin_east + sin_north * sin_north), 1))
                        / sqrt(sin_east * sin_east + sin_north * sin_north)
                end
                * degrees(1)
                * 3600 as stretch,
                {{ 'true' if match.carried else 'major <> ' ~ minor }} as needs_turn,
                case
                    when needs_turn
                    then
                        {{ turn_of_north('primary_ra', 'primary_dec', 'candidates.ra', 'candidates.dec') }}
                end as turn
            from {{ ref('candidates') }} as candidates
            inner join
                (select primary_key, ra, dec from {{ ref('primaries') }}) as primaries using (
                    primary_key
                )
        )
{%- endmacro %}
