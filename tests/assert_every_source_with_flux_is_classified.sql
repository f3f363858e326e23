-- Every X-ray source with flux has its row of class probabilities, and a class if there is a classifier; one without flux has none.
with model as (
    select model_file is not null as is_trained from {{ ref('lynceus_model') }}
)

select csc_name, sources.has_no_flux, probabilities.csc_name is not null as has_row, probabilities.class
from {{ ref('source_properties') }} as sources
full join {{ ref('lynceus_probabilities') }} as probabilities using (csc_name)
cross join model
where sources.has_no_flux is null
    or sources.has_no_flux = has_row
    or (has_row and is_trained and probabilities.class is null)
