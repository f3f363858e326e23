-- Every training source is in sed_fits once per way, with magnitudes or with the reason why it has
-- none, and counted in sed_fit_quality.
select csc_name, way
from {{ ref('sed_fits') }}
group by csc_name, way
having count(*) <> 1 or count(reason) + count(magnitudes) <> 1 or count(errors) <> count(magnitudes)
union all
select 'all', way
from {{ ref('sed_fit_quality') }}
group by way
having sum(n_sources) <> (select count(*) from {{ ref('muwclass_training') }})
