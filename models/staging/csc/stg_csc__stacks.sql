select name as csc_name, detect_stack_id, {{ number('theta_mean') }} as theta_mean
from {{ source('csc', 'csc_stack') }}
