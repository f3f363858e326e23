-- The weight of each association: prior, Bayes factor and the factors of its properties. One row
-- per association.
{% set match = match_settings() %}
-- to compute it twice, for the sums and for the rows, is faster than to write it; but not to look
-- priors up twice
{{ config(enabled=not match.pairwise, materialized='table' if match.priors else 'view') }}
with
    biased as (
        select
            *
            {%- if match.priors %}
                exclude (
                    {% for number in match.priors | map(attribute='catalogue.number') | unique %}
                        properties_{{ number }}{{ ', ' if not loop.last }}
                    {% endfor %}
                )
            {% endif %},
            {% for prior in match.priors %}
                {% set place = (prior.catalogue.priors | map(attribute='column') | list).index(prior.column) + 1 %}
                {{ prior_factor(prior, 'properties_' ~ prior.catalogue.number ~ '[' ~ place ~ ']') }}
                as {{ prior.name }},
            {% endfor %}
        from {{ ref('association_factors') }}
    )

select
    *,
    -- NULL for a candidate that a prior excludes
    case
        when {% for prior in match.priors %} {{ prior.name }} > 0 and {% endfor %} true
        then
            log10_bf_corrected + log10_prior
            {%- for prior in match.priors %} + log10({{ prior.name }}){% endfor %}
    end as log10_weight
from biased
