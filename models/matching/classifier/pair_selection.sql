-- Every candidate with its score, its flags and what becomes of it: the last of the five steps. One row per candidate.
-- selection: best (highest score of those the score accepts, within the separation limit), alternate (the others), ambiguous
-- (taken by position, but not by both others); NULL for what nothing speaks for.
{{ config(enabled=match_settings().classifier is not none) }}
{% set match = match_settings() %}
{% set rules = match.classifier or {} %}
{% set first = match.catalogues[0].name if match.catalogues else 'first' %}
{% set second = match.catalogues[1].name if match.catalogues else 'second' %}
with scored as (
    select
        primary_key,
        {{ second }}_id,
        boosted_score((select model_file from {{ ref('pair_model') }}), {{ match_vector(rules.features) }}) as p_match_ind
    from {{ ref('pair_features') }}
    where is_candidate
),

flagged as (
    select
        posteriors.{{ first }}_id,
        {{ second }}_id,
        separation_max as separation,
        p_any,
        p_i,
        match_flag,
        p_match_ind,
        p_any > {{ var('p_any_threshold') }} and match_flag = 1 as nway_confident,
        p_match_ind >= (select threshold from {{ ref('pair_thresholds') }} where rule = '{{ rules.threshold }}') as ml_confident,
        separation_max <= least(
            {{ rules.separation_limit_arcsec or match.radius_arcsec }},
            {{ rules.separation_limit_sigma or 1e9 }} * sqrt(pow(places.major, 2) + pow(pairs.major, 2))
        ) as sep_ok
    from {{ ref('association_posteriors') }} as posteriors
    inner join scored using (primary_key, {{ second }}_id)
    inner join {{ ref('matching_pairs') }} as pairs using (primary_key, {{ second }}_id)
    inner join {{ ref('matching_primaries') }} as places using (primary_key)
)

select
    *,
    case
        when ml_confident and sep_ok and row_number() over (
            partition by {{ first }}_id, ml_confident and sep_ok order by p_match_ind desc, p_i desc, separation, {{ second }}_id
        ) = 1 then 'best'
        when ml_confident and sep_ok then 'alternate'
        when nway_confident then 'ambiguous'
    end as selection
from flagged
