-- How much each candidate looks like a counterpart, from its properties alone. One row per candidate.
{% set match = match_settings() %}
{{ config(enabled=match.classifier is not none) }}
{% set vector = match_vector((match.classifier or {}).features) %}
select
    primary_key,
    {{ match.catalogues[1].key }},
    boosted_score((select model_file from {{ ref('match_model') }}), {{ vector }}) as p_match_ind,
    boosted_score((select model_file from {{ ref('outlier_model') }}), {{ vector }}) as likeness
from {{ ref('match_features') }}
where is_candidate
