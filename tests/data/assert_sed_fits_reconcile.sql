-- Every training source is in sed_fits once per variant, with magnitudes or with the reason why it
-- has none, and counted in sed_fit_quality.
select csc_name, variant
from {{ ref('sed_fits') }}
group by csc_name, variant
having count(*) <> 1 or count(reason) + count(magnitudes) <> 1 or count(errors) <> count(magnitudes)
union all
select 'all', variant
from {{ ref('sed_fit_quality') }}
group by variant
having sum(n_sources) <> (select count(*) from {{ ref('muwclass_training') }})
