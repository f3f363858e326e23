-- What the probability of each association is made of, by positions alone: its prior, its Bayes factor, and the correction
-- for sources that belong together without the primary (Salvato et al. 2018, App. B). One row per association.
{{ config(enabled=var('match') is not none) }}
{% set match = match_settings() %}
{% set others = match.catalogues[1:] %}
{% set numbers = match.catalogues | map(attribute='number') | list %}
with factors as (
    select
        *,
        case when ncat = 1 then 0.0 else {{ match_log10_bf(match, numbers) }} end as log10_bf
    from {{ ref('associations') }}
),

densities as (
    select
        primary_key,
        {% for catalogue in others %}
        max(log10_nu) filter (catalogue = {{ catalogue.number }}) as log10_nu_{{ catalogue.number }},
        max(log10_nu_plus) filter (catalogue = {{ catalogue.number }}) as log10_nu_plus_{{ catalogue.number }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('primary_densities') }}
    group by primary_key
),

priors as (
    select
        factors.*,
        0.0::double
        {% for catalogue in others %}
        + case when (members >> {{ catalogue.number - 2 }}) & 1 = 1
            then log10({{ catalogue.completeness }}::double) - log10_nu_plus_{{ catalogue.number }} else 0 end
        {% endfor %} as log10_prior,
        densities.* exclude (primary_key)
    from factors
    inner join densities using (primary_key)
)

{% if match.unrelated_correction and others | length > 1 %}
,

-- for each set of catalogues that an association may lack: the strongest group of sources of these near the primary
unrelated as (
    {% for lacking in range(2 ** (others | length)) %}
    {% set lacks = [] %}
    {% for catalogue in others %}{% if (lacking // 2 ** loop.index0) % 2 %}{% do lacks.append(catalogue.number) %}{% endif %}{% endfor %}
    {% if lacks | length > 1 %}
    select
        primary_key,
        {{ lacking }} as lacking,
        max({{ match_log10_bf(match, lacks) }}
            -- the density of the first catalogue of the group
            + case
            {% for number in lacks %}
                when (members >> {{ number - 2 }}) & 1 = 1 then log10_nu_{{ number }}
            {% endfor %}
            end
            {% for number in lacks %}
            - case when (members >> {{ number - 2 }}) & 1 = 1 then log10_nu_plus_{{ number }} else 0 end
            {% endfor %}
        ) as log10_group
    from priors
    where bit_count(members & {{ lacking }}) > 1
    group by primary_key
    union all
    {% endif %}
    {% endfor %}
    select null, null, null where false
)
{% endif %}

select
    priors.* exclude (ra, dec, major, minor, angle{% for catalogue in others %}, log10_nu_{{ catalogue.number }}, log10_nu_plus_{{ catalogue.number }}{% endfor %}),
    {% if match.unrelated_correction and others | length > 1 %}
    log10_bf + greatest(0, coalesce(log10_group, 0)) as log10_bf_corrected,
    {% else %}
    log10_bf as log10_bf_corrected,
    {% endif %}
    1 / (1 + (pow(10, -log10_prior) - 1) * pow(10, -log10_bf_corrected)) as dist_post
from priors
{% if match.unrelated_correction and others | length > 1 %}
left join unrelated on priors.primary_key = unrelated.primary_key and lacking = {{ 2 ** (others | length) - 1 }} - members
{% endif %}
