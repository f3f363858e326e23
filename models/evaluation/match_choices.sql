-- What each method takes for the counterpart of each X-ray source, NULL if nothing. One row per
-- method and source.
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
    )

select method, csc_name, chosen.gaia_source_id
from {{ ref('chosen_counterparts') }}
cross join methods
left join chosen using (method, csc_name)
