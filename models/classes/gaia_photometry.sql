-- What the classification takes from Gaia, one row per Gaia source.
{{ config(materialized='view') }}
-- errors of the zero points (mag), which the archive's flux errors leave out: Riello et al. 2021, A&A 649, A3; in the published magnitude errors
{% set zero_point_errors = {'g': 0.0027553202, 'bp': 0.0027901700, 'rp': 0.0037793818} %}
select
    gaia_source_id,
    ra,
    dec,
    greatest(ra_error, dec_error) / 1000 as pos_err_arcsec,
    {% for band, zero_point_error in zero_point_errors.items() %}
    phot_{{ band }}_mean_mag as {{ band }}mag,
    sqrt(pow(2.5 / ln(10) * phot_{{ band }}_mean_flux_error / phot_{{ band }}_mean_flux, 2) + pow({{ zero_point_error }}, 2)) as e_{{ band }}mag,
    {% endfor %}
    parallax,
    parallax_error,
    pm,
    r_med_geo as rgeo,
    r_lo_geo as rgeo_lo,
    r_hi_geo as rgeo_hi
from {{ ref('stg_gaia__sources') }}
left join {{ ref('stg_gaia__distances') }} using (gaia_source_id)
