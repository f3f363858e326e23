-- Only evaluation models may read this (tests/test_lineage.py).
select
    name as csc_name,
    kind,
    gaia_source_id,
    twomass_designation,
    allwise_designation,
    ra_true,
    dec_true,
    epoch_true,
    distance,
    redshift,
    a_v,
    g_mag_true,
    pointing
from {{ source('simulated', 'truth') }}
