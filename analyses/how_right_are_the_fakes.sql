-- On the simulated sky: are purity and completeness as the fakes tell them those of the truth, in
-- every quarter of the density of Gaia?
with
    sources as (
        select
            csc_name,
            ntile(4) over (order by density_deg2, primary_key)::varchar as quarter,
            truth.gaia_source_id as counterpart
        from {{ ref('primaries') }}
        inner join
            (
                select primary_key, density_deg2
                from {{ ref('primary_densities') }}
                where catalogue = 2
            ) using (primary_key)
        inner join {{ ref('stg_truth') }} as truth using (csc_name)
        where not is_fake and major is not null and minor is not null
    ),

    choices as (
        select csc_name, 'p_any' as probability, p_any as p, nway_gaia_source_id as chosen
        from {{ ref('chosen_counterparts') }}
        union all
        select csc_name, 'p_any_joint', p_any_joint, gaia_source_id
        from {{ ref('chosen_counterparts') }}
    ),

    told as (
        select *, case when cut_by = 'all' then 'all' else bin[1] end as quarter
        from {{ ref('match_purity') }}
        where cut_by in ('all', 'density') and p_cut in (0.5, 0.9)
    )

select
    probability,
    any_value(bin) as bin,
    p_cut,
    any_value(n_selected) as n_selected,
    round(any_value(purity), 4) as purity,
    round(any_value(purity_error), 4) as purity_error,
    round(avg(coalesce(chosen = counterpart, false)::integer) filter (p > p_cut), 4) as true_purity,
    round(any_value(completeness), 4) as completeness,
    round(any_value(completeness_error), 4) as completeness_error,
    round(
        count(*) filter (p > p_cut and chosen = counterpart) / count(counterpart), 4
    ) as true_completeness
from told
inner join choices using (probability)
inner join
    sources on choices.csc_name = sources.csc_name and told.quarter in ('all', sources.quarter)
group by probability, told.quarter, p_cut
order by probability, told.quarter, p_cut
