with source as (select * from {{ source('gamma_ray', 'gamma_ray_regions') }})

select
    -- ids
    "Source_Name" as region_name,
    -- position
    "RAJ2000" as ra,
    "DEJ2000" as dec,
    {{ number('Pos_Err_68') }} as pos_err_68_deg,
    -- size
    {{ number('Size') }} as size_deg,
    coalesce(size_deg > 0, false) as is_resolved,
    -- Yang et al. 2022, section 6.2: twice the size, of unresolved sources twice the 68 % position
    -- error
    {{ var('region_radius_factor') }}
    * case when is_resolved then size_deg else pos_err_68_deg end as radius_deg
from source
