-- The 54 features of Yang et al. 2022, section 4.3, of every X-ray source with a flux, as measured. Fluxes are log10 of their ratio to the
-- broad-band X-ray flux, which itself is log10 of erg/s/cm2.
{% set columns = [] %}
{% for name in all_source_features() %}{% do columns.append(name | lower | replace('-', '_')) %}{% endfor %}
with sources as (
    select * from {{ ref('source_properties') }} where not has_no_flux
),

vectors as (
    {{ feature_vectors('sources', ['csc_name'], all_source_features(), 'source') }}
)

select
    csc_name,
    {% for name in columns %}
    features[{{ loop.index }}] as {{ name }}{{ ',' if not loop.last }}
    {% endfor %}
from vectors
order by csc_name
