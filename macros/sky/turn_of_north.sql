{#- By what angle (radians) north at a position (degrees) is turned, north through east, in the sky frame centred on another one.
    Napier's analogy for the convergence of meridians; exact, at the poles too. -#}
{% macro turn_of_north(centre_ra, centre_dec, ra, dec) -%}
    (-2 * atan2(
        sin(radians({{ ra }} - {{ centre_ra }}) / 2) * sin(radians({{ dec }} + {{ centre_dec }}) / 2),
        cos(radians({{ ra }} - {{ centre_ra }}) / 2) * cos(radians({{ dec }} - {{ centre_dec }}) / 2)
    ))
{%- endmacro %}
