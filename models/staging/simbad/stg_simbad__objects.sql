select
    main_id as simbad_main_id,
    ra,
    dec,
    -- TAP pads its text
    nullif(trim(otype), '') as otype
from {{ source('simbad', 'simbad') }}
