-- How much each candidate looks like an X-ray source's counterpart, from its properties alone. One row per candidate.
select
    xray_key,
    gaia_source_id,
    boosted_score((select model_file from {{ ref('match_model') }}), {{ match_vector() }}) as p_match_ind,
    boosted_score((select model_file from {{ ref('outlier_model') }}), {{ match_vector() }}) as likeness
from {{ ref('match_features') }}
where is_candidate
