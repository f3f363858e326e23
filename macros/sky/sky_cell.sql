{#- The cell of the sky a position lies in: zones of declination, cut into bins of right
    ascension that are at least as wide as a zone is high everywhere in the zone. The bins of a
    zone close the circle, so RA 0 and 360 are neighbours; the zone at a pole is one bin. Two
    positions nearer than the search radius lie in one cell, or one of them in a cell that the
    other's search circle touches (macro touched_cells). All in whole doubles, which are exact
    here and faster than integers. `radius` (arcsec) is the search radius.

    {{ sky_cell('ra', 'dec', 15.0) }} -#}
{% macro sky_cell(ra, dec, radius) -%}
    {% set zone = sky_zone(dec, radius) %}
    (
        {{ zone }} * {{ sky_bins_max(radius) }} + least(
            floor({{ ra }} / 360 * {{ sky_bins(zone, radius) }}), {{ sky_bins(zone, radius) }} - 1
        )
    )::bigint
{%- endmacro %}

{#- Height of a zone in degrees: twice the search radius, so that a search circle touches two
    zones at most. A double, as all of this: DuckDB would take the bare number for a decimal and
    round it in another place. -#}
{% macro _sky_zone_deg(radius) -%} {{ 2 * _positive_radius(radius) / 3600 }}::double {%- endmacro %}

{% macro sky_zone(dec, radius) -%}
    floor(({{ dec }} + 90) / {{ _sky_zone_deg(radius) }})
{%- endmacro %}

{#- Number of bins of a zone: as many as fit at its edge nearest to the pole. -#}
{% macro sky_bins(zone, radius) -%}
    greatest(
        1,
        floor(
            360
            / {{ _sky_zone_deg(radius) }}
            * cos(
                radians(
                    least(
                        90,
                        abs(({{ zone }} + 0.5::double) * {{ _sky_zone_deg(radius) }} - 90)
                        + {{ _sky_zone_deg(radius) }} / 2
                    )
                )
            )
        )
    )
{%- endmacro %}

{#- A whole number above the bins of any zone. -#}
{% macro sky_bins_max(radius) -%}
    {{ (360 / (2 * _positive_radius(radius) / 3600)) | round(0, 'ceil') | int + 1 }}
{%- endmacro %}

{#- The search radius; 1 for one that is none, which macro check_vars refuses once all is parsed. -#}
{% macro _positive_radius(radius) -%}
    {{ return(radius if radius is number and radius > 0 else 1) }}
{%- endmacro %}
