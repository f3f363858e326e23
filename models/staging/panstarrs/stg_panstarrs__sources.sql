select
    "objID" as panstarrs_objid,
    "raMean" as ra,
    "decMean" as dec,
    -- a missing error is -999 there
    {% for axis in ['ra', 'dec'] %}
    {{ number('"' ~ axis ~ 'MeanErr"') }} as {{ axis }}_error,
    {% endfor %}
    {% for band in ['g', 'r', 'i', 'z', 'y'] %}
    {{ number('"' ~ band ~ 'MeanPSFMag"') }} as {{ band }}_psf_mag,
    {{ number('"' ~ band ~ 'MeanPSFMagErr"') }} as e_{{ band }}_psf_mag,
    {% endfor %}
from {{ source('panstarrs', 'panstarrs') }}
