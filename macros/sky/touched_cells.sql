{#- Each row of a relation once per sky cell that its search circle touches: a query with the
    columns asked for, and sky_cell. The relation has ra and dec (deg); `radius` (arcsec) is the
    search radius of the cells, and of the rows unless `reach`, an expression in arcsec and of
    any size up to a quarter circle, is that of each.

    {{ touched_cells(ref('stg_csc__sources'), ['csc_name', 'ra', 'dec'], 15.0) }} -#}
{% macro touched_cells(relation, columns, radius, reach=none) -%}
    {% set radius_deg = '((' ~ (reach or radius) ~ ') / 3600.0)' %}
    select
        {{ columns | join(', ') }},
        zone * {{ sky_bins_max(radius) }} + (
            unnest(
                range(
                    floor((ra - half_width_deg) / 360 * n_bins)::bigint,
                    least(
                        floor((ra + half_width_deg) / 360 * n_bins)::bigint,
                        floor((ra - half_width_deg) / 360 * n_bins)::bigint + n_bins - 1
                    )
                    + 1
                )
            )
            + n_bins
        )
        % n_bins as sky_cell
    from
        (
            select
                *,
                {{ sky_bins('zone', radius) }}::bigint as n_bins,
                -- half the width in right ascension of the search circle; all of it where the
                -- circle holds a pole
                case
                    when abs(dec) + {{ radius_deg }} >= 90
                    then 180
                    else
                        degrees(asin(least(1, sin(radians({{ radius_deg }})) / cos(radians(dec)))))
                        + 1e-9
                end as half_width_deg
            from
                (
                    select
                        *,
                        unnest(
                            range(
                                greatest(0, {{ sky_zone('dec - ' ~ radius_deg, radius) }}::bigint),
                                {{ sky_zone('dec + ' ~ radius_deg, radius) }}::bigint + 1
                            )
                        ) as zone
                    from {{ relation }}
                )
        )
{%- endmacro %}

{#- Each moving source once per sky cell that its track touches: a query of `columns` and
    sky_cell. `relation` has ra, dec (deg), pmra, pmdec (mas/yr), ref_epoch, first_epoch,
    last_epoch (yr); no point of a track is farther than `slack` (arcsec) from one of the places
    whose cells are taken. -#}
{% macro track_cells(relation, columns, slack, radius) -%}
    select distinct
        {{ columns | join(', ') }}, {{ sky_cell('place.ra', 'place.dec', radius) }} as sky_cell
    from
        (
            select *, {{ moved_position('ra', 'dec', 'pmra', 'pmdec', 'years') }} as place
            from
                (
                    select
                        *,
                        -- the catalogue's own position is for sources without epoch
                        unnest(
                            list_prepend(
                                0.0,
                                [
                                    first_epoch
                                    - ref_epoch
                                    + (last_epoch - first_epoch) * step / greatest(n_steps, 1)
                                    for step in range(n_steps + 1)
                                ]
                            )
                        ) as years
                    from
                        (
                            select
                                *,
                                ceil(
                                    sqrt(pow(pmra, 2) + pow(pmdec, 2))
                                    / 1000
                                    * (last_epoch - first_epoch)
                                    / (2 * {{ slack }})
                                )::bigint as n_steps
                            from {{ relation }}
                        )
                )
        )
{%- endmacro %}
