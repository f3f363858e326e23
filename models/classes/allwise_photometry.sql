-- What the classification takes from AllWISE, one row per AllWISE source.
{{ config(materialized='view') }}
select
    allwise_designation,
    ra,
    dec,
    {{ semi_major_axis('sigra', 'sigdec', 'sigradec') }} as pos_err_arcsec,
    {% for band in ['w1', 'w2', 'w3'] %}
    {{ band }}mpro as {{ band }}mag,
    {{ band }}sigmpro as e_{{ band }}mag,
    {% endfor %}
from {{ ref('stg_allwise__sources') }}
