-- Gaia sources drawn at random are candidates of no X-ray source.
select gaia_source_id
from {{ ref('random_gaia_sources') }}
inner join {{ ref('candidates') }} using (gaia_source_id)
