-- The properties by which the score judges a pair: of every candidate, and of the random negatives. One row per pair.
with xray as (
    select
        xray_key,
        {{ match_properties('xray') }}
    from {{ ref('stg_csc__sources') }}
    inner join {{ ref('xray_positions') }} using (csc_name)
    left join {{ ref('stg_literature__yangetal_gcs') }} using (csc_name)
    left join {{ ref('stg_literature__yangetal_training') }} using (csc_name)
    left join {{ ref('stg_literature__perezdiazetal') }} using (csc_name)
),

gaia as (
    select
        gaia_source_id,
        {{ match_properties('gaia') }}
    from {{ ref('stg_gaia__sources') }}
),

pairs as (
    select xray_key, gaia_source_id, true as is_candidate from {{ ref('candidates') }}
    union all
    select xray_key, gaia_source_id, false as is_candidate from {{ ref('negative_pairs') }}
    where kind = 'random'
)

select
    *
from pairs
inner join xray using (xray_key)
inner join gaia using (gaia_source_id)
