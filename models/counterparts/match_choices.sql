-- What each method takes for the counterpart of each X-ray source, NULL if nothing. One row per method and source.
with nearest as (
    select
        csc_name,
        gaia_source_id,
        sep_ok
    from {{ ref('candidate_pairs') }}
    qualify row_number() over (partition by csc_name order by separation, gaia_source_id) = 1
)

select
    'nearest' as method,
    csc_name,
    nearest.gaia_source_id
from {{ ref('xray_sources') }}
left join nearest using (csc_name)
union all
select
    'nearest within the separation limit' as method,
    csc_name,
    case when nearest.sep_ok then nearest.gaia_source_id end as gaia_source_id
from {{ ref('xray_sources') }}
left join nearest using (csc_name)
union all
select
    'nway' as method,
    csc_name,
    case when state = 'matched' then gaia_source_id end as gaia_source_id
from {{ ref('xray_sources') }}
