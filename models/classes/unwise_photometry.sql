-- What the classification takes from unWISE, one row per unWISE source and tile.
{{ config(materialized='view') }}
{% set pixel_arcsec = 2.75 %}
{#- mag; taken off to be on AllWISE's scale (Schlafly et al. 2019, ApJS 240, 30), as published -#}
{% set offset_mag = {'w1': 0.004, 'w2': 0.032} %}
select
    unwise_objid,
    ra,
    dec,
    -- the larger of both bands, as published: counterparts between the two radii have magnitudes in the published training set
    {{ pixel_arcsec }} * greatest(dx_w1, dy_w1, dx_w2, dy_w2) as pos_err_arcsec,
    {% for band in ['w1', 'w2'] %}
    case when flux_{{ band }} > 0 then 22.5 - 2.5 * log10(flux_{{ band }}) - {{ offset_mag[band] }} end as {{ band }}mag,
    case when flux_{{ band }} > 0 then 2.5 / ln(10) * dflux_{{ band }} / flux_{{ band }} end as e_{{ band }}mag,
    {% endfor %}
from {{ ref('stg_unwise__sources') }}
