select
    objid as sdss_objid,
    ra,
    dec,
    greatest({{ number('raerr') }}, {{ number('decerr') }}) as pos_err_arcsec,
    {% for band in ['u', 'g', 'r', 'i', 'z'] %}
    {{ number('psfmag_' ~ band) }} as {{ band }}_sdss,
    {% endfor %}
from {{ source('surveys', 'sdss') }}
