{#- How far east one position (degrees) lies in the sky frame centred on another one, with that
    one's north: the sine of the angle. Sound at the poles.

    {{ offset_east('primary_ra', 'primary_dec', 'ra', 'dec') }} -#}
{% macro offset_east(centre_ra, centre_dec, ra, dec) -%}
    (cos(radians({{ dec }})) * sin(radians({{ ra }} - {{ centre_ra }})))
{%- endmacro %}

{#- How far north one position (degrees) lies in the sky frame centred on another one, with that
    one's north: the sine of the angle. Sound at the poles, and exact for small offsets, where
    the textbook difference of products is not. -#}
{% macro offset_north(centre_ra, centre_dec, ra, dec) -%}
    (
        sin(radians({{ dec }} - {{ centre_dec }}))
        + 2
        * sin(radians({{ centre_dec }}))
        * cos(radians({{ dec }}))
        * pow(sin(radians({{ ra }} - {{ centre_ra }}) / 2), 2)
    )
{%- endmacro %}

{#- By what angle (radians) north at a position (degrees) is turned, north through east, in the
    sky frame centred on another one. Napier's analogy for the convergence of meridians; exact,
    at the poles too. -#}
{% macro turn_of_north(centre_ra, centre_dec, ra, dec) -%}
    (
        -2 * atan2(
            sin(radians({{ ra }} - {{ centre_ra }}) / 2)
            * sin(radians({{ dec }} + {{ centre_dec }}) / 2),
            cos(radians({{ ra }} - {{ centre_ra }}) / 2)
            * cos(radians({{ dec }} - {{ centre_dec }}) / 2)
        )
    )
{%- endmacro %}
