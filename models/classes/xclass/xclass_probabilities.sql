-- What XClass says of every X-ray source that Hubble saw the place of, by the counterparts of var xclass_hst_counterparts.
select * exclude (mode)
from {{ ref('xclass_target_probabilities') }}
where mode = '{{ var('xclass_hst_counterparts') }}'
order by csc_name
