-- The probabilities of model posteriors with the properties' likelihood ratio as one more factor:
-- position and properties tell of a counterpart independently, and none of the candidates stays a
-- hypothesis. One row per candidate.
{% set match = match_settings() %}
{{ config(enabled=match.classifier is not none) }}
{% set second = match.catalogues[1].key %}
with
    weighted as (
        select primary_key, {{ second }}, log10_weight + log10_lr as log10_weight
        from (select primary_key, {{ second }}, log10_weight from {{ ref('pair_posteriors') }})
        inner join {{ ref('match_likelihoods') }} using (primary_key, {{ second }})
    ),

    totals as ({{ weights_by_source('weighted') }})

select
    primary_key,
    {{ second }},
    1 / (1 + pow(10, - (log10_best + log10(total)))) as p_any_joint,
    pow(10, log10_weight - log10_best) / total as p_i_joint
from weighted
inner join totals using (primary_key)
