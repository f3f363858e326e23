-- The probabilities of each association, with every factor they are made of: Salvato et al. 2018, MNRAS 473, 4937, App. B.
-- One row per association, and one per primary for the hypothesis that it has no counterpart.
{{ config(enabled=var('match') is not none) }}
{% set match = match_settings() %}
{% set others = match.catalogues[1:] %}
with probable as (
    select
        weights.*,
        primaries.{{ match.catalogues[0].name }}_id,
        -- against chance alone, not against the other candidates
        {% if match.priors %}
        coalesce(1 / (1 + (pow(10, -log10_prior) - 1) * pow(10, log10_prior - log10_weight)), 0) as p_single,
        {% else %}
        dist_post as p_single,
        {% endif %}
        p_any,
        pow(10, log10_weight - log10_best) as share_of_best,
        case when ncat > 1 then coalesce(share_of_best / total, 0) else 0 end as p_i,
        case
            when ncat = 1 then (n_associations = 0)::integer
            when log10_weight = log10_best then 1
            when share_of_best > {{ match.acceptable_ratio }} then 2
            else 0
        end as match_flag,
        all_excluded
    from {{ ref('association_weights') }} as weights
    inner join {{ ref('primary_posteriors') }} as primaries using (primary_key)
)

select
    primary_key,
    is_fake,
    probable.{{ match.catalogues[0].name }}_id,
    {% for catalogue in others %}
    {{ catalogue.name }}_id,
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
    log10_weight,
    p_single,
    p_any,
    p_i,
    match_flag,
    all_excluded
from probable
where p_i >= {{ match.min_prob or 0 }}
