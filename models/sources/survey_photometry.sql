-- What is used of the surveys' sources, in one form: position, its error (1 sigma, semi-major
-- axis), magnitudes. One row per survey and source (of unWISE per tile); the id is in the survey's
-- own column, NULL in the others.
{{ config(materialized='view') }}
-- errors of Gaia's zero points (mag), which the archive's flux errors leave out: Riello et al.
-- 2021, A&A 649, A3; in the published magnitude errors
{% set zero_point_errors = {'g': 0.0027553202, 'bp': 0.0027901700, 'rp': 0.0037793818} %}
{% set unwise_pixel_arcsec = 2.75 %}
-- mag; taken off to be on AllWISE's scale (Schlafly et al. 2019, ApJS 240, 30), as published
{% set unwise_offset_mag = {'w1': 0.004, 'w2': 0.032} %}
select
    'gaia' as survey,
    gaia_source_id,
    ra,
    dec,
    greatest(ra_error, dec_error) / 1000 as pos_err_arcsec,
    {% for band, zero_point_error in zero_point_errors.items() %}
        phot_{{ band }}_mean_mag as {{ band }}mag,
        sqrt(
            pow(2.5 / ln(10) * phot_{{ band }}_mean_flux_error / phot_{{ band }}_mean_flux, 2)
            + pow({{ zero_point_error }}, 2)
        ) as e_{{ band }}mag,
    {% endfor %}
    parallax,
    parallax_error,
    pm,
    r_med_geo as rgeo,
    r_lo_geo as rgeo_lo,
    r_hi_geo as rgeo_hi
from {{ ref('stg_gaia__sources') }}
left join {{ ref('stg_gaia__distances') }} using (gaia_source_id)
union all by name
select
    'twomass' as survey,
    twomass_designation,
    ra,
    dec,
    err_maj as pos_err_arcsec,
    {% for band in ['j', 'h', 'k'] %}
        {{ band }}_m as {{ band }}mag, {{ band }}_msigcom as e_{{ band }}mag,
    {% endfor %}
from {{ ref('stg_twomass__sources') }}
{% for survey, id, bands in [('allwise', 'allwise_designation', ['w1', 'w2', 'w3', 'w4']), ('catwise', 'catwise_source_id', ['w1', 'w2'])] %}
    union all by name
    select
        '{{ survey }}' as survey,
        {{ id }},
        ra,
        dec,
        -- the root of the larger eigenvalue of the covariance matrix; sigradec is the root of the
        -- covariance, with its sign
        sqrt(
            (pow(sigra, 2) + pow(sigdec, 2)) / 2
            + sqrt(pow((pow(sigra, 2) - pow(sigdec, 2)) / 2, 2) + pow(coalesce(sigradec, 0), 4))
        ) as pos_err_arcsec,
        {% for band in bands %}
            {{ band }}mpro as {{ band }}mag, {{ band }}sigmpro as e_{{ band }}mag,
        {% endfor %}
    from {{ ref('stg_' ~ survey ~ '__sources') }}
{% endfor %}
union all by name
select
    'unwise' as survey,
    unwise_objid,
    ra,
    dec,
    -- the larger of both bands, as published: counterparts between the two radii have magnitudes in
    -- the published training set
    {{ unwise_pixel_arcsec }} * greatest(dx_w1, dy_w1, dx_w2, dy_w2) as pos_err_arcsec,
    {% for band in ['w1', 'w2'] %}
        case
            when flux_{{ band }} > 0
            then 22.5 - 2.5 * log10(flux_{{ band }}) - {{ unwise_offset_mag[band] }}
        end as {{ band }}mag,
        case
            when flux_{{ band }} > 0 then 2.5 / ln(10) * dflux_{{ band }} / flux_{{ band }}
        end as e_{{ band }}mag,
    {% endfor %}
from {{ ref('stg_unwise__sources') }}
union all by name
select *
from {{ ref('stg_surveys__sources') }}
