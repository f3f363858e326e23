select
    name as csc_name,
    {{ number('flux_aper90_u') }} as flux_aper90_u,
    {{ number('flux_aper90_w') }} as flux_aper90_w
from {{ source('surveys', 'csc_wide_bands') }}
