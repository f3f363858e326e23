-- What the positions say of each pair of a primary and a candidate in a match of two catalogues:
-- how much more likely they are of one object than of any source on the sky. One row per pair.
{% set match = match_settings() %}
{{ config(enabled=match.pairwise or match.is_estimated, materialized='view') }}
select
    primary_key,
    is_fake,
    {{ match.catalogues[1].key }},
    {{ 'separation_arcsec' if match.pairwise else 'separation_2_1 as separation_arcsec' }},
    density_deg2,
    log10_nu_plus,
    {{ log10_bayes_factor('primaries', 'candidates', match.formula) if match.pairwise else 'associations.log10_bf' }}
    as log10_bf,
    log10_bf - log10_nu_plus as log10_evidence
{% if match.pairwise %}
    from {{ ref('candidates') }} as candidates
    inner join {{ ref('primaries') }} as primaries using (primary_key)
    inner join {{ ref('primary_densities') }} as densities using (primary_key)
{% else %}
    from (select * from {{ ref('associations') }} where ncat = 2) as associations
    inner join {{ ref('primary_densities') }} as densities using (primary_key)
{% endif %}
