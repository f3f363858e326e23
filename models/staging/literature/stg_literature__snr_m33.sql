select
    recno,
    nullif(trim("Name"), '') as name,
    {{ number('"_RAJ2000"') }} as ra,
    {{ number('"_DEJ2000"') }} as dec,
    band
from {{ source('vizier', 'literature_snr_m33') }}
