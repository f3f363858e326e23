{#- Great-circle distance in arcsec between two positions (degrees).
    Haversine: exact below an arcsecond, where acos loses its digits. -#}
{% macro great_circle_arcsec(ra_a, dec_a, ra_b, dec_b) -%}
    7200 * degrees(asin(least(1.0, sqrt(
        pow(sin(radians({{ dec_b }} - {{ dec_a }}) / 2), 2)
        + cos(radians({{ dec_a }})) * cos(radians({{ dec_b }})) * pow(sin(radians({{ ra_b }} - {{ ra_a }}) / 2), 2)
    ))))
{%- endmacro %}
