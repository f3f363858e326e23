-- The weight of each association: prior, Bayes factor and the factors of its properties. One row per association.
{{ config(enabled=var('match') is not none) }}
{% set match = match_settings() %}
with biased as (
    select
        factors.*,
        {% for prior in match.priors %}
        {% set place = (prior.catalogue.priors | map(attribute='column') | list).index(prior.column) + 1 %}
        {{ prior_factor(prior, 'source_' ~ prior.catalogue.number ~ '.properties[' ~ place ~ ']') }} as {{ prior.name }},
        {% endfor %}
    from {{ ref('association_factors') }} as factors
    {% for number in match.priors | map(attribute='catalogue.number') | unique %}
    left join {{ ref('matching_sources') }} as source_{{ number }}
        on source_{{ number }}.catalogue = {{ number }} and source_{{ number }}.source_key = key_{{ number }}
    {% endfor %}
)

select
    *,
    -- NULL for a candidate that a prior excludes
    case when {% for prior in match.priors %}{{ prior.name }} > 0 and {% endfor %}true
        then log10_bf_corrected + log10_prior {%- for prior in match.priors %} + log10({{ prior.name }}){% endfor %}
    end as log10_weight
from biased
