-- What XClass says of every X-ray source that Hubble saw the place of, by the counterparts of var xclass_hst_counterparts.
select * exclude (way, mode)
from {{ ref('xclass_target_probabilities') }}
where way = '{{ (var('xclass_ways') | list)[0] }}' and mode = '{{ var('xclass_hst_counterparts') }}'
order by csc_name
