select
    objid as mips_objid,
    ra,
    dec,
    {{ number('pos_err') }} as pos_err_arcsec,
    {{ number('m1_f_psf') }} as mips24
from {{ source('surveys', 'mips') }}
