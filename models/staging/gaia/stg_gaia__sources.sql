with source as (select * from {{ source('gaia', 'gaia_source') }})

select
    -- ids
    source_id as gaia_source_id,

    -- astrometry
    ra,
    dec,
    -- yr, Julian; that of Gaia DR3 where the table has none
    coalesce({{ number('ref_epoch') }}, 2016.0) as ref_epoch,
    {% for quantity in [
        'ra_error', 'dec_error', 'parallax', 'parallax_error', 'pmra', 'pmra_error', 'pmdec', 'pmdec_error',
        'ruwe', 'astrometric_excess_noise',
    ] %}
        {{ number(quantity) }} as {{ quantity }},
    {% endfor %}
    coalesce(
        {{ number('pm') }},
        sqrt(
            {{ number('pmra') }} * {{ number('pmra') }}
            + {{ number('pmdec') }} * {{ number('pmdec') }}
        )
    ) as pm,

    -- photometry
    {% for band in ['g', 'bp', 'rp'] %}
        {% for quantity in ['flux', 'flux_error', 'mag'] %}
            {{ number('phot_' ~ band ~ '_mean_' ~ quantity) }}
            as phot_{{ band }}_mean_{{ quantity }},
        {% endfor %}
    {% endfor %}
    {% for quantity in ['bp_rp', 'bp_g', 'g_rp'] %}
        {{ number(quantity) }} as {{ quantity }},
    {% endfor %}
    phot_variable_flag,

    -- spectroscopy, classes and astrophysical parameters
    {% for quantity in [
        'radial_velocity', 'radial_velocity_error', 'vbroad',
        'classprob_dsc_combmod_quasar', 'classprob_dsc_combmod_galaxy', 'classprob_dsc_combmod_star',
        'teff_gspphot', 'logg_gspphot', 'distance_gspphot', 'azero_gspphot',
    ] %}
        {{ number(quantity) }} as {{ quantity }},
    {% endfor %}
from source
