-- The properties by which the classifier of the match judges a pair: of every candidate, and of the random pairs. One row per pair.
{{ config(enabled=match_settings().classifier is not none) }}
{% set match = match_settings() %}
{% set features = (match.classifier or {}).features or [] %}
{% set first = match.catalogues[0].name if match.catalogues else 'first' %}
{% set second = match.catalogues[1].name if match.catalogues else 'second' %}
with pairs as (
    select primary_key, {{ second }}_id, true as is_candidate from {{ ref('matching_pairs') }}
    union all
    select primary_key, {{ second }}_id, false from {{ ref('training_pairs') }} where kind = 'random'
)

{% for catalogue in match.catalogues %}
,

{{ catalogue.name }} as (
    select {{ catalogue.id }} as {{ catalogue.name }}_id
    {%- if features | selectattr('of', 'equalto', catalogue.name) | list %},
        {{ match_properties(catalogue.name, features) }}
    {%- endif %}
    from {{ match_table(catalogue) }}
)
{% endfor %}

select
    {{ first }}.* exclude ({{ first }}_id),
    {{ second }}.* exclude ({{ second }}_id),
    primary_key,
    {{ second }}_id,
    is_candidate
from pairs
inner join (select primary_key, {{ first }}_id from {{ ref('matching_primaries') }} where not is_fake) using (primary_key)
inner join {{ first }} using ({{ first }}_id)
inner join {{ second }} using ({{ second }}_id)
