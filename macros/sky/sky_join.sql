{#- Every row of one relation beside every row of another that is no farther from it on the sky:
    a query of the `columns` asked for of `around`, ra and dec; of all columns of `others`, with
    its position as other_ra, other_dec; and separation_arcsec. Both have ra, dec (deg). `radius`
    is the largest separation (arcsec), unless `reach`, an expression over columns of `around`,
    is that of each row; then `radius` only says how large the cells of the sky are. Complete at
    RA 0 and both poles: an equality join on cells (macros touched_cells and sky_cell).

    {{ sky_join(ref('stg_csc__sources'), ['csc_name'], ref('stg_simbad__objects'), 1.0) }} -#}
{% macro sky_join(around, columns, others, radius, reach=none) -%}
    {% set reaching = [reach ~ ' as reach_arcsec'] if reach else [] %}
    {% set limit = 'reach_arcsec' if reach else radius %}
    select
        {% for column in columns %} around.{{ column }}, {% endfor %}
        around.ra,
        around.dec,
        others.* exclude (ra, dec, sky_cell),
        others.ra as other_ra,
        others.dec as other_dec,
        {{ great_circle_arcsec('around.ra', 'around.dec', 'others.ra', 'others.dec') }}
        as separation_arcsec
    from ({{ touched_cells(around, columns + ['ra', 'dec'] + reaching, radius, reach) }}) as around
    inner join
        (select *, {{ sky_cell('ra', 'dec', radius) }} as sky_cell from {{ others }}) as others
        using (sky_cell)
    where
        abs(around.dec - others.dec) <= {{ limit }} / 3600.0 + 1e-9
        and separation_arcsec <= {{ limit }}
{%- endmacro %}
