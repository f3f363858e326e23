-- The nearest source of Gaia, 2MASS and Pan-STARRS1 at every place, within 5 arcsec as published:
-- Rangelov et al., section 2.4.
{% set surveys = {
    'gaia': ['gaia_source_id', 'gmag', 'e_gmag', 'bpmag', 'e_bpmag', 'rpmag', 'e_rpmag', 'parallax', 'pm'],
    'twomass': ['twomass_designation', 'jmag', 'e_jmag', 'hmag', 'e_hmag', 'kmag', 'e_kmag'],
    'panstarrs': [
        'panstarrs_objid',
        'g_psf_mag', 'e_g_psf_mag', 'r_psf_mag', 'e_r_psf_mag', 'i_psf_mag', 'e_i_psf_mag', 'z_psf_mag', 'e_z_psf_mag', 'y_psf_mag', 'e_y_psf_mag',
    ],
} %}
with
    places as (select * from {{ ref('xclass_places') }}),

    nearest as ({{ nearest_counterparts(surveys | list, ref('xclass_places'), 'place') }}),

    near as (
        select *
        from nearest
        where
            separation_arcsec <= {{ var('xclass_ground_radius_arcsec') }}
            and (survey <> 'gaia' or place in (select place from places where may_have_gaia))
    )

select
    place,
    role,
    csc_name,
    {% for survey, columns in surveys.items() %}
        {{ survey }}.separation_arcsec as {{ survey }}_separation_arcsec,
        {% for column in columns %} {{ survey }}.{{ column }}, {% endfor %}
    {% endfor %}
from places
{% for survey in surveys %}
    left join (select * from near where survey = '{{ survey }}') as {{ survey }} using (place)
{% endfor %}
order by place
