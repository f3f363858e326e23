{#- The position of a star after some years of uniform space motion, as STRUCT(ra, dec) in
    degrees: the unit vector plus proper motion times time, normalised (Hipparcos catalogue, vol.
    1, eq. 1.2.16, without radial velocity). `pmra` includes cos(dec); mas/yr. Exact at the poles
    and for any proper motion.

    {{ moved_position('ra', 'dec', 'pmra', 'pmdec', '2000.0 - ref_epoch') }} -#}
{% macro moved_position(ra, dec, pmra, pmdec, years) -%}
    {% set east = 'radians(' ~ pmra ~ ' * (' ~ years ~ ') / 3600000)' %}
    {% set north = 'radians(' ~ pmdec ~ ' * (' ~ years ~ ') / 3600000)' %}
    {#- along the meridian plane of the start: outward from the axis, and up; east is across it -#}
    {% set outward = 'cos(radians(' ~ dec ~ ')) - sin(radians(' ~ dec ~ ')) * ' ~ north %}
    {% set upward = 'sin(radians(' ~ dec ~ ')) + cos(radians(' ~ dec ~ ')) * ' ~ north %}
    {
        'ra': (({{ ra }} + degrees(atan2({{ east }}, {{ outward }}))) % 360 + 360) % 360,
        'dec':degrees(atan2({{ upward }}, sqrt(pow({{ outward }}, 2) + pow({{ east }}, 2))))
    }
{%- endmacro %}
