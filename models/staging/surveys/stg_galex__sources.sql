select
    objid as galex_objid,
    ra,
    dec,
    {{ number('pos_err') }} as pos_err_arcsec,
    {{ number('fuv_mag') }} as fuvmag,
    {{ number('nuv_mag') }} as nuvmag
from {{ source('surveys', 'galex') }}
