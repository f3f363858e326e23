-- With sources held out no detection of a source of the benchmark trains, and a label is never on
-- both sides.
select csc_name
from {{ ref('umlcaxs_training') }}
where class is not null
group by csc_name
having count(distinct trains_source) > 1

union all

select csc_name
from {{ ref('umlcaxs_training') }}
where class is null and (trains_all or trains_source or trains_detection)
