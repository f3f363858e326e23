-- The probabilities of each association, with every factor they are made of: Salvato et al. 2018, MNRAS 473, 4937, App. B.
-- One row per association, and one per primary for the hypothesis that it has no counterpart.
{{ config(enabled=var('match') is not none) }}
{% set match = match_settings() %}
{% set others = match.catalogues[1:] %}
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
),

weighted as (
    select
        *,
        -- NULL for a candidate that a prior excludes
        case when {% for prior in match.priors %}{{ prior.name }} > 0 and {% endfor %}true
            then log10_bf_corrected + log10_prior {%- for prior in match.priors %} + log10({{ prior.name }}){% endfor %}
        end as log10_weight
    from biased
),

candidates as (
    select * from weighted where ncat > 1
),

totals as (
    {{ weights_by_source('candidates', key='primary_key') }}
),

primaries as (
    select
        weighted.primary_key,
        log10_best,
        total,
        totals.primary_key is not null as has_candidate,
        totals.primary_key is not null and log10_best is null as all_excluded,
        case
            -- without an error nothing is known
            when major is null or minor is null then null
            when log10_best is null then 0.0
            else 1 / (1 + pow(10, weighted.log10_weight - log10_best - log10(total)))
        end as p_any
    from weighted
    inner join {{ ref('matching_primaries') }} using (primary_key)
    left join totals using (primary_key)
    where ncat = 1
),

probable as (
    select
        weighted.*,
        has_candidate,
        all_excluded,
        -- against chance alone, not against the other candidates
        coalesce(1 / (1 + (pow(10, -log10_prior) - 1) * pow(10, log10_prior - log10_weight)), 0) as p_single,
        p_any,
        case when ncat > 1 then coalesce(pow(10, log10_weight - log10_best) / total, 0) else 0 end as p_i,
        case
            when ncat = 1 then (not has_candidate)::integer
            when log10_weight = log10_best then 1
            when pow(10, log10_weight - log10_best) > {{ match.acceptable_ratio }} then 2
            else 0
        end as match_flag
    from weighted
    inner join primaries using (primary_key)
)

select
    probable.primary_key,
    probable.is_fake,
    id_1.id{{ '::' ~ match_id_type(match.catalogues[0]) if execute }} as {{ match.catalogues[0].name }}_id,
    {% for catalogue in others %}
    id_{{ catalogue.number }}.id{{ '::' ~ match_id_type(catalogue) if execute }} as {{ catalogue.name }}_id,
    {% endfor %}
    ncat,
    {% for catalogue in others %}
    {% for other in match.catalogues[:catalogue.number - 1] %}
    separation_{{ catalogue.number }}_{{ other.number }} as separation_{{ catalogue.name }}_{{ other.name }},
    {% endfor %}
    {% endfor %}
    separation_max,
    log10_prior,
    log10_bf,
    log10_bf_corrected,
    dist_post,
    {% for prior in match.priors %}
    {{ prior.name }},
    {% endfor %}
    p_single,
    p_any,
    p_i,
    match_flag,
    all_excluded
from probable
inner join {{ ref('matching_primaries') }} as place using (primary_key)
inner join {{ ref('matching_sources') }} as id_1 on id_1.catalogue = 1 and id_1.source_key = place.source_key
{% for catalogue in others %}
left join {{ ref('matching_sources') }} as id_{{ catalogue.number }}
    on id_{{ catalogue.number }}.catalogue = {{ catalogue.number }} and id_{{ catalogue.number }}.source_key = key_{{ catalogue.number }}
{% endfor %}
where p_i >= {{ match.min_prob or 0 }}
