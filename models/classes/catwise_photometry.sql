-- What the classification takes from CatWISE2020, one row per CatWISE2020 source.
{{ config(materialized='view') }}
select
    catwise_source_id,
    ra,
    dec,
    {{ semi_major_axis('sigra', 'sigdec', 'sigradec') }} as pos_err_arcsec,
    {% for band in ['w1', 'w2'] %}
    {{ band }}mpro as {{ band }}mag,
    {{ band }}sigmpro as e_{{ band }}mag,
    {% endfor %}
from {{ ref('stg_catwise__sources') }}
