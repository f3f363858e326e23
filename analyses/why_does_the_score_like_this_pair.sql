-- Which properties speak for this pair of an X-ray and a Gaia source, and which against it? SHAP
-- values in log-odds; `value` as the model sees it (logarithms taken, categories numbered). They
-- add up to the score's logit. Choose the pair: dbt show --select why_does_the_score_like_this_pair
-- --limit 40 --vars '{csc_name: "2CXO J...", gaia_source_id: 123}'
{% set chosen = 'csc_name = $$' ~ var('csc_name', '') ~ '$$ and gaia_source_id = ' ~ var('gaia_source_id', 0) %}
with
    chosen as (
        select primary_key, gaia_source_id
        from {{ ref('flagged_pairs') }}
        -- without a choice, the pair that the score likes best
        order by ({{ chosen }}) desc, p_match_ind desc, csc_name, gaia_source_id
        limit 1
    ),

    pair as (
        select
            [
                {{ match_settings().classifier.features | map(attribute='name') | join(', ') }}
            ] as features
        from {{ ref('match_features') }}
        semi join chosen using (primary_key, gaia_source_id)
    )

select
    unnest(
        [
            {% for feature in match_settings().classifier.features %}
                '{{ feature.name }}',
            {% endfor %} 'every pair'
        ]
    ) as property,
    unnest(list_append(features, null)) as value,
    unnest(
        boosted_contributions((select model_file from {{ ref('match_model') }}), features)
    ) as log_odds
from pair
order by abs(log_odds) desc
