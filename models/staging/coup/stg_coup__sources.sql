select
    coup, ra, dec, {{ number('theta') }} as theta, {{ number('oir_separation') }} as oir_separation
from {{ source('coup', 'coup') }}
