-- A uniform draw, without replacement, of Gaia sources that are near no X-ray source. One row per drawn source.
with drawn as (
    select
        gaia_source_id,
        {{ uniform_hash('gaia_source_id', 'random negatives') }} as place
    from {{ ref('stg_gaia__sources') }}
    anti join {{ ref('candidates') }} using (gaia_source_id)
    order by place, gaia_source_id
    limit (select count(*) * {{ var('random_negatives') }} from {{ ref('positive_pairs') }})
)

select
    gaia_source_id,
    row_number() over (order by place, gaia_source_id) - 1 as draw
from drawn
