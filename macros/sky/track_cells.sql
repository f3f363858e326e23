{#- Each moving source once per sky cell that its track touches: a query of `columns` and sky_cell. `relation` has ra, dec (deg),
    pmra, pmdec (mas/yr), ref_epoch, first_epoch, last_epoch (yr); no point of a track is farther than `slack` (arcsec) from
    one of the places whose cells are taken. -#}
{% macro track_cells(relation, columns, slack, radius) -%}
    select distinct
        {{ columns | join(', ') }},
        {{ sky_cell('place.ra', 'place.dec', radius) }} as sky_cell
    from (
        select
            *,
            {{ moved_position('ra', 'dec', 'pmra', 'pmdec', 'years') }} as place
        from (
            select
                *,
                -- the catalogue's own position is for sources without epoch
                unnest(list_prepend(0.0, [
                    first_epoch - ref_epoch + (last_epoch - first_epoch) * step / greatest(n_steps, 1)
                    for step in range(n_steps + 1)
                ])) as years
            from (
                select
                    *,
                    ceil(sqrt(pow(pmra, 2) + pow(pmdec, 2)) / 1000 * (last_epoch - first_epoch) / (2 * {{ slack }}))::bigint as n_steps
                from {{ relation }}
            )
        )
    )
{%- endmacro %}
