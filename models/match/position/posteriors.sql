-- NWAY's probabilities of each association, with every factor they are made of: Salvato et al.
-- 2018, MNRAS 473, 4937, App. B. One row per association, and one per primary for the hypothesis
-- that it has no counterpart.
{% set match = match_settings() %}
{% set others = match.catalogues[1:] %}
{% if match.pairwise %}
    with
        weighted as (
            select
                * exclude (density_deg2, log10_nu_plus, log10_evidence),
                {% if match.is_estimated %} log10(share / (1 - share)) - log10_nu_plus
                {% else %} log10({{ others[0].completeness }}::double) - log10_nu_plus
                {% endif %} as log10_prior,
                -- W of the candidate; the hypothesis of none has W = 1
                log10_bf + log10_prior as log10_weight
            from {{ ref('pair_evidence') }}
            {% if match.is_estimated %}
                asof inner join
                    (select density_low, share from {{ ref('counterpart_shares') }})
                    on density_deg2 / 3600 >= density_low
            {% endif %}
        ),

        totals as (
            select *, 1 / (1 + pow(10, - (log10_best + log10(total)))) as p_any
            from ({{ weights_by_source('weighted') }})
        ),

        probable as (
            select
                primary_key,
                is_fake,
                {{ others[0].key }},
                2 as ncat,
                separation_arcsec,
                log10_prior,
                log10_bf,
                1 / (1 + (pow(10, - log10_prior) - 1) * pow(10, - log10_bf)) as p_single,
                p_any,
                pow(10, log10_weight - log10_best) as share_of_best,
                share_of_best / total as p_i,
                case
                    when log10_weight = log10_best
                    then 1
                    when share_of_best > {{ match.acceptable_ratio }}
                    then 2
                    else 0
                end as match_flag,
                false as all_excluded
            from weighted
            inner join totals using (primary_key)
        ),

        nothing as (
            select
                primary_key,
                is_fake,
                null as {{ others[0].key }},
                1 as ncat,
                null::double as separation_arcsec,
                0.0::double as log10_prior,
                0.0::double as log10_bf,
                1.0::double as p_single,
                -- of candidates without a Bayes factor nothing is known
                case
                    when totals.primary_key is null and is_covered then 0.0 else p_any
                end as p_any,
                0.0::double as p_i,
                case when totals.primary_key is null then 1 else 0 end as match_flag,
                false as all_excluded
            from {{ ref('primaries') }}
            left join totals using (primary_key)
        )

    select * exclude (share_of_best)
    from probable {{ 'where coalesce(p_i, 0) >= ' ~ match.min_prob if match.min_prob }}
    union all by name
    select *
    from nothing {{ 'where p_i >= ' ~ match.min_prob if match.min_prob }}
{% else %}
    with
        probable as (
            select
                weights.*,
                -- against chance alone, not against the other candidates
                {% if match.priors %}
                    coalesce(
                        1
                        / (1 + (pow(10, - log10_prior) - 1) * pow(10, log10_prior - log10_weight)),
                        0
                    ) as p_single,
                {% else %} dist_post as p_single,
                {% endif %}
                p_any,
                pow(10, log10_weight - log10_best) as share_of_best,
                case
                    when ncat = 1
                    then 0
                    when p_any is null
                    then null
                    else coalesce(share_of_best / total, 0)
                end as p_i,
                case
                    when ncat = 1
                    then (n_associations = 0)::integer
                    when log10_weight = log10_best
                    then 1
                    when share_of_best > {{ match.acceptable_ratio }}
                    then 2
                    else 0
                end as match_flag,
                all_excluded
            from {{ ref('association_weights') }} as weights
            inner join {{ ref('primary_posteriors') }} using (primary_key)
        )

    select
        primary_key,
        is_fake,
        {% for catalogue in others %} {{ catalogue.key }},
        {% endfor %}
        ncat,
        separation_arcsec,
        {% if others | length > 1 %}
            {% for catalogue in others %}
                {% for other in match.catalogues[:catalogue.number - 1] %}
                    separation_{{ catalogue.number }}_{{ other.number }}
                    as separation_{{ catalogue.name }}_{{ other.name }},
                {% endfor %}
            {% endfor %}
        {% endif %}
        log10_prior,
        log10_bf,
        log10_bf_corrected,
        dist_post,
        {% for prior in match.priors %} {{ prior.name }},
        {% endfor %}
        log10_weight,
        p_single,
        p_any,
        p_i,
        match_flag,
        all_excluded
    from probable {{ 'where coalesce(p_i, 0) >= ' ~ match.min_prob if match.min_prob }}
{% endif %}
