-- Which matches would have been missed or doubted without moving Gaia to the epoch of the X-ray
-- observation?
select
    csc_name,
    gaia_source_id,
    xray_epoch,
    separation,
    separation_gaia_epoch,
    separation_gaia_epoch - separation as gained_arcsec,
    p_any
from {{ ref('candidate_pairs') }}
where nway_confident and separation_gaia_epoch > separation_limit and separation <= separation_limit
order by gained_arcsec desc
