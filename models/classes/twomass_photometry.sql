-- What the classification takes from 2MASS, one row per 2MASS source.
{{ config(materialized='view') }}
select
    twomass_designation,
    ra,
    dec,
    err_maj as pos_err_arcsec,
    {% for band in ['j', 'h', 'k'] %}
    {{ band }}_m as {{ band }}mag,
    {{ band }}_msigcom as e_{{ band }}mag,
    {% endfor %}
from {{ ref('stg_twomass__sources') }}
