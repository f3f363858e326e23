-- The probabilities of model posteriors with the properties' likelihood ratio as one more factor: position and properties
-- tell of a counterpart independently, and none of the candidates stays a hypothesis. One row per candidate.
with weighted as (
    select
        xray_key,
        gaia_source_id,
        log10_bf + log10_prior + log10_lr as log10_weight
    from {{ ref('posteriors') }}
    inner join {{ ref('match_likelihoods') }} using (xray_key, gaia_source_id)
    cross join {{ ref('gaia_density') }}
),

totals as (
    {{ weights_by_source('weighted') }}
)

select
    xray_key,
    gaia_source_id,
    1 / (1 + pow(10, -(log10_best + log10(total)))) as p_any_joint,
    pow(10, log10_weight - log10_best) / total as p_i_joint
from weighted
inner join totals using (xray_key)
