-- What each method takes for the counterpart of each X-ray source, and whether that is it.
with
    nearest as (
        select csc_name, gaia_source_id, sep_ok
        from {{ ref('flagged_pairs') }}
        qualify
            row_number() over (partition by csc_name order by separation_arcsec, gaia_source_id) = 1
    ),

    chosen as (
        select 'nearest' as method, csc_name, gaia_source_id
        from nearest
        union all
        select 'nearest within the separation limit' as method, csc_name, gaia_source_id
        from nearest
        where sep_ok
        union all
        select method, csc_name, gaia_source_id
        from {{ ref('ranked_choices') }}
        where method in ('nway', 'joint') and confidence > {{ var('p_any_threshold') }}
        union all
        select 'score within the separation limit' as method, csc_name, gaia_source_id
        from {{ ref('flagged_pairs') }}
        where selection = 'best'
    ),

    methods as (
        select
            unnest(
                [
                    'nearest',
                    'nearest within the separation limit',
                    'nway',
                    'score within the separation limit',
                    'joint'
                ]
            ) as method
    ),

    choices as (
        select method, csc_name, chosen.gaia_source_id
        from {{ ref('chosen_counterparts') }}
        cross join methods
        left join chosen using (method, csc_name)
    )

select
    method,
    cut_by,
    bin,
    count(*)::integer as n_xray,
    count(counterpart)::integer as n_counterparts,
    count(choices.gaia_source_id)::integer as n_chosen,
    count(*) filter (choices.gaia_source_id = counterpart)::integer as n_correct,
    n_correct / nullif(n_counterparts, 0) as completeness,
    n_correct / nullif(n_chosen, 0) as purity
from choices
inner join {{ ref('evaluation_cuts') }} using (csc_name)
group by method, cut_by, bin
order by method, cut_by, bin
