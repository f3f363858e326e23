-- Every X-ray source with flux has a class of lynceus if there is a classifier; one without flux
-- has none.
with model as (select model_file is not null as is_trained from {{ ref('lynceus_model') }})

select csc_name, sources.has_no_flux, probabilities.state, probabilities.class
from {{ ref('source_properties') }} as sources
full join {{ ref('lynceus_probabilities') }} as probabilities using (csc_name)
cross join model
where
    sources.has_no_flux is null
    or (class is not null) is distinct from (is_trained and not sources.has_no_flux)
