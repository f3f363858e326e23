select
    recno,
    nullif(trim("Name"), '') as name,
    {{ number('"_RAJ2000"') }} as ra,
    {{ number('"_DEJ2000"') }} as dec,
    {{ number('"Teff"') }} as teff,
    {{ number('"logg"') }} as logg,
    {{ number('"s_HRV"') }} as s_hrv
from {{ source('vizier', 'literature_apogee') }}
