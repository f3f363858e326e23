-- Whether each primary has any counterpart: Salvato et al. 2018, MNRAS 473, 4937, App. B. One row
-- per primary, fakes included.
{% set match = match_settings() %}
{% set key = match.catalogues[0].key %}
{{ config(materialized='view' if match.pairwise else 'table') }}
{% if match.pairwise %}
    with
        weights as (
            select
                primary_key,
                count(*) filter (ncat > 1) as n_associations,
                any_value(p_any) as p_any,
                max(log10_prior + log10_bf) filter (ncat > 1) as log10_best
            from {{ ref('posteriors') }}
            group by primary_key
        )

    select
        primary_key,
        is_fake,
        is_covered,
        {{ key }},
        n_associations,
        p_any,
        false as all_excluded,
        0.0::double as log10_weight_nothing,
        log10_best
    from {{ ref('primaries') }}
    inner join weights using (primary_key)
{% else %}
    with
        weights as (select primary_key, ncat, log10_weight from {{ ref('association_weights') }}),

        bests as (
            select
                primary_key,
                count(*) filter (ncat > 1) as n_associations,
                max(log10_weight) filter (ncat = 1) as log10_weight_nothing,
                max(log10_weight) filter (ncat > 1) as log10_best
            from weights
            group by primary_key
        ),

        totals as (
            select primary_key, {{ exact_sum('pow(10, log10_weight - log10_best)') }} as total
            from weights
            inner join bests using (primary_key)
            where ncat > 1
            group by primary_key
        )

    select
        primary_key,
        is_fake,
        is_covered,
        {{ key }},
        n_associations,
        case
            when n_associations = 0
            then case when is_covered then 0.0 end
            -- of candidates without a Bayes factor nothing is known
            when major is null or minor is null
            then null
            when log10_best is null
            then 0.0
            else 1 / (1 + pow(10, log10_weight_nothing - log10_best - log10(total)))
        end as p_any,
        n_associations > 0
        and log10_best is null
        and major is not null
        and minor is not null as all_excluded,
        log10_weight_nothing,
        log10_best,
        total
    from {{ ref('primaries') }}
    inner join bests using (primary_key)
    left join totals using (primary_key)
{% endif %}
