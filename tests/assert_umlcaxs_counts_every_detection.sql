-- Every X-ray detection is in the census once, every detection of a class in the released table, every source of a class in one of the two.
select 'detections' as what, (select count(*) from {{ ref('stg_csc__observations') }}) as expected, sum(n_detections) as found
from {{ ref('umlcaxs_census') }}
having sum(n_detections) is distinct from (select count(*) from {{ ref('stg_csc__observations') }})
    and (select count(*) from {{ ref('stg_csc__observations') }}) > 0

union all

select 'classified detections', (select n_detections from {{ ref('umlcaxs_census') }} where state = 'classified'), count(*)
from {{ ref('umlcaxs_detections') }} where class is not null
having count(*) <> coalesce((select n_detections from {{ ref('umlcaxs_census') }} where state = 'classified'), 0)

union all

select 'sources', (select count(class) from {{ ref('umlcaxs_probabilities') }}), count(*)
from (
    select csc_name from {{ ref('umlcaxs_uniquely_classified') }}
    union all
    select csc_name from {{ ref('umlcaxs_ambiguous') }}
)
having count(*) <> (select count(class) from {{ ref('umlcaxs_probabilities') }})
