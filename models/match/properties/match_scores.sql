-- What the trees say of each candidate: the score of its properties, NULL without a model, and how
-- like it is to the positive pairs of the training. No primary is scored by a model that has seen
-- it: those that train have the scores of their fold (score_fold). One row per candidate.
{% set match = match_settings() %}
{{ config(enabled=match.classifier is not none) }}
{% set second = match.catalogues[1].key %}
{% set names = [] %}
{% for feature in (match.classifier or {}).features or [] %}
    {% do names.append(quoted(feature.name)) %}
{% endfor %}
{% set vector = '[' ~ names | join(', ') ~ ']' %}
select
    primary_key,
    {{ second }},
    fold as score_fold,
    coalesce(
        unseen.p_match_ind,
        boosted_score((select model_file from {{ ref('match_model') }}), {{ vector }})
    ) as p_match_ind,
    coalesce(
        unseen.likeness,
        boosted_score((select outlier_file from {{ ref('match_model') }}), {{ vector }})
    ) as likeness
from {{ ref('match_features') }}
left join {{ ref('out_of_fold_scores') }} as unseen using (primary_key, {{ second }})
where is_candidate
