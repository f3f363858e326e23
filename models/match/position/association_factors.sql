-- What the probability of each association is made of, by positions alone: its prior, its Bayes
-- factor, and the correction for sources that belong together without the primary (Salvato et al.
-- 2018, App. B). One row per association.
{% set match = match_settings() %}
{{ config(enabled=not match.pairwise, materialized='view') }}
{% set others = match.catalogues[1:] %}
{% set corrected = match.unrelated_correction and others | length > 1 %}
with
    densities as (
        select
            primary_key,
            {{ 'max(density_deg2) / 3600 as density_arcmin2,' if match.is_estimated }}
            {% for catalogue in others %}
                max(log10_nu) filter (
                    catalogue = {{ catalogue.number }}
                ) as log10_nu_{{ catalogue.number }},
                max(log10_nu_plus) filter (
                    catalogue = {{ catalogue.number }}
                ) as log10_nu_plus_{{ catalogue.number }}{{ ',' if not loop.last }}
            {% endfor %}
        from {{ ref('primary_densities') }}
        group by primary_key
    ),

    priors as (
        select
            associations.*,
            -- greatest passes over separations from catalogues that take no part
            greatest(
                null::double
                {%- for catalogue in others %}
                    {% for other in match.catalogues[:catalogue.number - 1] %}
                        , separation_{{ catalogue.number }}_{{ other.number }}
                    {% endfor %}
                {% endfor -%}
            ) as separation_arcsec,
            0.0::double
            {% for catalogue in others %}
                + case
                    when (members >> {{ catalogue.number - 2 }}) & 1 = 1
                    then
                        log10(
                            {{ 'share / (1 - share)' if match.is_estimated else catalogue.completeness ~ '::double' }}
                        )
                        - log10_nu_plus_{{ catalogue.number }}
                    else 0
                end
            {% endfor %} as log10_prior,
            -- that its sources are one object and not the primary's: with the density of the first
            -- of them
            log10_bf_group + case
                {% for catalogue in others %}
                    when (members >> {{ catalogue.number - 2 }}) & 1 = 1
                    then log10_nu_{{ catalogue.number }}
                {% endfor %}
            end
            {% for catalogue in others %}
                - case
                    when (members >> {{ catalogue.number - 2 }}) & 1 = 1
                    then log10_nu_plus_{{ catalogue.number }}
                    else 0
                end
            {% endfor %} as log10_group
        from {{ ref('associations') }} as associations
        inner join densities using (primary_key)
        {% if match.is_estimated %}
            asof inner join
                (select density_low, share from {{ ref('counterpart_shares') }})
                on density_arcmin2 >= density_low
        {% endif %}
    )

    {% if corrected %}
        ,

        -- for each set of catalogues that an association may lack: the strongest group of sources
        -- of these near the primary
        unrelated as (
            select primary_key, lacking, max(log10_group) as log10_group
            from
                (
                    select primary_key, members, max(log10_group) as log10_group
                    from priors
                    where ncat > 2
                    group by primary_key, members
                )
            inner join
                range({{ 2 ** (others | length) }}) as sets(lacking) on members & lacking = members
            group by primary_key, lacking
        )
    {% endif %}

select
    priors.* exclude (log10_bf_group, log10_group),
    {% if corrected %}
        log10_bf + greatest(0, coalesce(unrelated.log10_group, 0)) as log10_bf_corrected,
    {% else %} log10_bf as log10_bf_corrected,
    {% endif %}
    1 / (1 + (pow(10, - log10_prior) - 1) * pow(10, - log10_bf_corrected)) as dist_post
from priors
{% if corrected %}
    left join
        unrelated
        on priors.primary_key = unrelated.primary_key
        and lacking = {{ 2 ** (others | length) - 1 }} - members
{% endif %}
