{#- How far east one position (degrees) lies in the sky frame centred on another one, with that one's north: the sine
    of the angle. Sound at the poles. -#}
{% macro offset_east(centre_ra, centre_dec, ra, dec) -%}
    (cos(radians({{ dec }})) * sin(radians({{ ra }} - {{ centre_ra }})))
{%- endmacro %}
