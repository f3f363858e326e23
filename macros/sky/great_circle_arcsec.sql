{#- Great-circle distance in arcsec between two positions (degrees).
    Haversine: exact below an arcsecond, where acos loses its digits.

    {{ great_circle_arcsec('a.ra', 'a.dec', 'b.ra', 'b.dec') }} -#}
{% macro great_circle_arcsec(ra_a, dec_a, ra_b, dec_b) -%}
    {% set half_dec = 'sin(radians(' ~ dec_b ~ ' - ' ~ dec_a ~ ') / 2)' %}
    {% set half_ra = 'sin(radians(' ~ ra_b ~ ' - ' ~ ra_a ~ ') / 2)' %}
    7200 * degrees(
        asin(
            least(
                1.0,
                sqrt(
                    {{ half_dec }} * {{ half_dec }}
                    + cos(radians({{ dec_a }}))
                    * cos(radians({{ dec_b }}))
                    * {{ half_ra }}
                    * {{ half_ra }}
                )
            )
        )
    )
{%- endmacro %}

{#- True within a cone [RA, Dec (deg), radius (arcmin)]. -#}
{% macro in_cone(ra, dec, cone) -%}
    (
        {{ great_circle_arcsec(ra, dec, cone[0] ~ '::double', cone[1] ~ '::double') }}
        <= {{ cone[2] }} * 60.0
    )
{%- endmacro %}
