-- The properties by which the classifier of the match judges a pair: of every candidate, and of the random pairs. One row per pair.
{{ config(enabled=match_settings().classifier is not none) }}
{% set match = match_settings() %}
{% set features = (match.classifier or {}).features or [] %}
with pairs as (
    select primary_key, source_key, true as is_candidate
    from {{ ref('matching_pairs') }}
    semi join (select * from {{ ref('matching_primaries') }} where not is_fake) using (primary_key)
    union all
    select primary_key, source_key, false from {{ ref('training_pairs') }} where kind = 'random'
)

{% for catalogue in match.catalogues %}
,

{{ catalogue.name }} as (
    select source_key as {{ 'primary_key' if loop.first else 'source_key' }}
    {%- if features | selectattr('of', 'equalto', catalogue.name) | list %},
        {{ match_properties(catalogue.name, features) }}
    {%- endif %}
    from {{ match_table(catalogue) }} as source
    inner join {{ ref('matching_sources') }} as keys on source.{{ catalogue.id }} = keys.{{ catalogue.name }}_id and catalogue = {{ catalogue.number }}
)
{% endfor %}

select *
from pairs
{% for catalogue in match.catalogues %}
inner join {{ catalogue.name }} using ({{ 'primary_key' if loop.first else 'source_key' }})
{% endfor %}
