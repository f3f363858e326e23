{#- True within a cone [RA, Dec (deg), radius (arcmin)]. -#}
{% macro in_cone(ra, dec, cone) -%}
    ({{ great_circle_arcsec(ra, dec, cone[0] ~ '::double', cone[1] ~ '::double') }} <= {{ cone[2] }} * 60.0)
{%- endmacro %}
