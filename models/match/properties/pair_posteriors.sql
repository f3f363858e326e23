-- What positions tell of each pair of a primary, or a fake, and a source of the second catalogue:
-- the pairs that a score judges. One row per pair. log10_weight is against the hypothesis that no
-- source of the second catalogue is the counterpart. In a match of more than two catalogues a pair
-- has the weights of all its associations together.
{% set match = match_settings() %}
{% set second = match.catalogues[1].key %}
{% set several = match.catalogues | length > 2 %}
{{ config(enabled=match.classifier is not none, materialized='table' if several else 'view') }}
{% if several %}
    with
        associations as (
            select
                primary_key,
                is_fake,
                {{ second }},
                separation_{{ match.catalogues[1].name }}_{{ match.catalogues[0].name }}
                as separation_arcsec,
                log10_weight,
                max(log10_weight) over (partition by primary_key, {{ second }}) as log10_best
            from {{ ref('posteriors') }}
        ),

        summed as (
            select
                primary_key,
                any_value(is_fake) as is_fake,
                {{ second }},
                any_value(separation_arcsec) as separation_arcsec,
                any_value(log10_best)
                + log10({{ exact_sum('pow(10, log10_weight - log10_best)') }}) as log10_weight
            from associations
            group by primary_key, {{ second }}
        ),

        pairs as (
            select
                primary_key,
                summed.is_fake,
                summed.{{ second }},
                summed.separation_arcsec,
                summed.log10_weight - nothing.log10_weight as log10_weight
            from summed
            inner join summed as nothing using (primary_key)
            where summed.{{ second }} is not null and nothing.{{ second }} is null
        ),

        totals as ({{ weights_by_source('pairs') }})

    select
        primary_key,
        is_fake,
        {{ second }},
        separation_arcsec,
        null::double as log10_bf,
        log10_weight,
        1 / (1 + pow(10, - (log10_best + log10(total)))) as p_any,
        pow(10, log10_weight - log10_best) / total as p_i,
        case
            when log10_weight = log10_best
            then 1
            when pow(10, log10_weight - log10_best) > {{ match.acceptable_ratio }}
            then 2
            else 0
        end as match_flag
    from pairs
    inner join totals using (primary_key)
{% else %}
    select
        primary_key,
        is_fake,
        {{ second }},
        separation_arcsec,
        log10_bf,
        {{ 'log10_bf + log10_prior' if match.pairwise else 'log10_weight' }} as log10_weight,
        p_any,
        p_i,
        match_flag
    from {{ ref('posteriors') }}
    where ncat = 2
{% endif %}
