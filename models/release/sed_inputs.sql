-- The spectra and filter curves behind all translated photometry.
{% set filters = var('sed_input_filters') + var('sed_output_filters') %}
select kind, name, source, file, sha256
from (select unnest(sed_origins({{ text_list(filters) }}), recursive := true))
order by kind, name
