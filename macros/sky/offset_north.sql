{#- How far north one position (degrees) lies in the sky frame centred on another one, with that one's north: the
    sine of the angle. Sound at the poles, and exact for small offsets, where the textbook difference of products is not. -#}
{% macro offset_north(centre_ra, centre_dec, ra, dec) -%}
    (sin(radians({{ dec }} - {{ centre_dec }}))
    + 2 * sin(radians({{ centre_dec }})) * cos(radians({{ dec }})) * pow(sin(radians({{ ra }} - {{ centre_ra }}) / 2), 2))
{%- endmacro %}
