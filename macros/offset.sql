{#- Where one position lies in the sky frame centred on another one, with that one's north, as the sine of the
    angle towards east and towards north. Sound at the poles; degrees in. -#}
{% macro offset_east(centre_ra, centre_dec, ra, dec) -%}
    (cos(radians({{ dec }})) * sin(radians({{ ra }} - {{ centre_ra }})))
{%- endmacro %}

{% macro offset_north(centre_ra, centre_dec, ra, dec) -%}
    (sin(radians({{ dec }} - {{ centre_dec }}))
    + 2 * sin(radians({{ centre_dec }})) * cos(radians({{ dec }})) * pow(sin(radians({{ ra }} - {{ centre_ra }}) / 2), 2))
{%- endmacro %}
