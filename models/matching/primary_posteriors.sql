-- Whether each primary has any counterpart: Salvato et al. 2018, MNRAS 473, 4937, App. B. One row per primary, fakes included.
{{ config(enabled=var('match') is not none) }}
{% set match = match_settings() %}
with candidates as (
    select * from {{ ref('association_weights') }} where ncat > 1
),

totals as (
    {{ weights_by_source('candidates', key='primary_key') }}
),

counts as (
    select primary_key, count(*) as n_associations from candidates group by primary_key
)

select
    primary_key,
    nothing.is_fake,
    {{ match.catalogues[0].name }}_id,
    coalesce(n_associations, 0) as n_associations,
    case
        -- without an error nothing is known
        when place.major is null or place.minor is null then null
        when log10_best is null then 0.0
        else 1 / (1 + pow(10, log10_weight - log10_best - log10(total)))
    end as p_any,
    coalesce(n_associations, 0) > 0 and log10_best is null as all_excluded,
    log10_weight as log10_weight_nothing,
    log10_best,
    total
from {{ ref('association_weights') }} as nothing
inner join {{ ref('matching_primaries') }} as place using (primary_key)
left join totals using (primary_key)
left join counts using (primary_key)
where ncat = 1
