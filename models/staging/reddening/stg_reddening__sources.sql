select name as csc_name, {{ number('ebv') }} as ebv
from {{ source('reddening', 'source_reddening') }}
