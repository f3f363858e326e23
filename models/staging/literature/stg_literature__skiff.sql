select
    recno,
    nullif(trim("Name"), '') as name,
    {{ number('"_RAJ2000"') }} as ra,
    {{ number('"_DEJ2000"') }} as dec,
    nullif(trim("SpType"), '') as spectral_type
from {{ source('vizier', 'literature_skiff') }}
