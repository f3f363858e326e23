{#- Galactic longitude (0 to 360) and latitude in degrees of an ICRS position in degrees: pole at
    192.85948, +27.12825, which lies at longitude 122.93192 from the celestial one (ESA 1997, The
    Hipparcos and Tycho Catalogues, SP-1200, section 1.5.3).

    {{ galactic_longitude('ra', 'dec') }} -#}
{% macro galactic_longitude(ra, dec) -%}
    (
        122.93192 - degrees(
            atan2(
                cos(radians({{ dec }})) * sin(radians({{ ra }} - 192.85948)),
                sin(radians({{ dec }})) * cos(radians(27.12825))
                - cos(radians({{ dec }}))
                * sin(radians(27.12825))
                * cos(radians({{ ra }} - 192.85948))
            )
        )
        + 360
    )
    % 360
{%- endmacro %}

{% macro galactic_latitude(ra, dec) -%}
    degrees(
        asin(
            least(
                1,
                greatest(
                    -1,
                    sin(radians({{ dec }})) * sin(radians(27.12825))
                    + cos(radians({{ dec }}))
                    * cos(radians(27.12825))
                    * cos(radians({{ ra }} - 192.85948))
                )
            )
        )
    )
{%- endmacro %}
