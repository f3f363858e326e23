-- Every X-ray source of the raw table is released once, and every candidate is counted with its source.
with counts as (
    select
        (select count(*) from {{ source('csc', 'csc_master') }}) as n_raw,
        (select count(*) from {{ ref('xray_sources') }}) as n_released,
        (select count(*) from {{ ref('pair_posteriors') }}) as n_candidates,
        (select count(*) from {{ ref('candidate_pairs') }}) as n_pairs,
        (select coalesce(sum(n_candidates), 0) from {{ ref('xray_sources') }}) as n_counted,
        (select count(*) from {{ ref('posteriors') }} where not is_fake) as n_posteriors
)

select * from counts
where n_raw <> n_released or n_candidates <> n_pairs or n_pairs <> n_counted or n_posteriors <> n_candidates + n_raw
