-- The nearest source of Gaia, 2MASS and Pan-STARRS1, within 5 arcsec as published (Rangelov et al.,
-- section 2.4): at the known object of a source that trains, at the X-ray source of one to be
-- classified.
{% set surveys = {
    'gaia': ['gaia_source_id', 'gmag', 'e_gmag', 'bpmag', 'e_bpmag', 'rpmag', 'e_rpmag', 'parallax', 'pm'],
    'twomass': ['twomass_designation', 'jmag', 'e_jmag', 'hmag', 'e_hmag', 'kmag', 'e_kmag'],
    'panstarrs': [
        'panstarrs_objid',
        'g_psf_mag', 'e_g_psf_mag', 'r_psf_mag', 'e_r_psf_mag', 'i_psf_mag', 'e_i_psf_mag', 'z_psf_mag', 'e_z_psf_mag', 'y_psf_mag', 'e_y_psf_mag',
    ],
} %}
with
    roles as (
        select 'training' as role, csc_name, ra, dec
        from {{ ref('xclass_labels') }}
        where not_used_because is null
        union all
        select distinct 'target' as role, csc_name, sources.ra, sources.dec
        from {{ ref('xclass_xray') }} as sources
        inner join {{ ref('xclass_hst_candidates') }} using (csc_name)
        where significance >= {{ var('xclass_significance') }}
    ),

    -- where the Gaia source is that the Chandra-Gaia match takes for the counterpart, if it is
    -- asked
    matched as (
        {% if var('xclass_ground_counterparts') == 'posterior' %}
            select csc_name, gaia.ra, gaia.dec
            from (select primary_key, csc_name from {{ ref('primaries') }} where not is_fake)
            left join
                (
                    select primary_key, gaia_source_id
                    from {{ ref('posteriors') }}
                    where gaia_source_id is not null and p_any > {{ var('p_any_threshold') }}
                    qualify
                        row_number() over (
                            partition by primary_key order by p_i desc, gaia_source_id
                        )
                        = 1
                ) using (primary_key)
            left join {{ ref('stg_gaia__sources') }} as gaia using (gaia_source_id)
        {% else %}
            select null::varchar as csc_name, null::double as ra, null::double as dec where false
        {% endif %}
    ),

    -- where it takes none, the others are asked at the place itself, and Gaia is not; X-ray sources
    -- that it does not hold are asked as the nearest
    places as (
        select
            role || ' ' || csc_name as place,
            role,
            csc_name,
            coalesce(matched.ra, roles.ra) as ra,
            coalesce(matched.dec, roles.dec) as dec,
            null::double as two_sigma_arcsec,
            matched.csc_name is null or matched.ra is not null as may_have_gaia
        from roles
        left join matched using (csc_name)
    ),

    nearest as ({{ nearest_counterparts(surveys | list, 'places', 'place') }})

select
    places.place,
    role,
    csc_name,
    may_have_gaia,
    {% for survey, columns in surveys.items() %}
        {{ survey }}.separation_arcsec as {{ survey }}_separation_arcsec,
        {% for column in columns %} {{ survey }}.{{ column }}, {% endfor %}
    {% endfor %}
from places
{% for survey in surveys %}
    left join
        (
            select *
            from nearest
            where
                survey = '{{ survey }}'
                and separation_arcsec <= {{ var('xclass_ground_radius_arcsec') }}
        ) as {{ survey }}
        on places.place = {{ survey }}.place
        {{ 'and may_have_gaia' if survey == 'gaia' }}
{% endfor %}
order by places.place
