select
    recno,
    nullif(trim("Name"), '') as name,
    {{ number('"_RAJ2000"') }} as ra,
    {{ number('"_DEJ2000"') }} as dec
from {{ source('vizier', 'literature_liu_lmxb') }}
