-- What XClass takes from Pan-STARRS1, one row per object.
{{ config(materialized='view') }}
select
    panstarrs_objid,
    ra,
    dec,
    greatest(ra_error, dec_error) as pos_err_arcsec,
    {% for band in ['g', 'r', 'i', 'z', 'y'] %}
    {{ band }}_psf_mag,
    e_{{ band }}_psf_mag,
    {% endfor %}
from {{ ref('stg_panstarrs__sources') }}
