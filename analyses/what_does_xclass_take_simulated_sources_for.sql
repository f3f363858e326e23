-- On a simulated sky, what kind of source does XClass take for what, by each kind of fits and of
-- counterparts? Of sources that it was not trained on.
with
    kinds as (
        select csc_name, kind, hsc_match_id, true as is_member
        from {{ ref('stg_galaxies__truth') }}
        union all
        select csc_name, kind, null as hsc_match_id, false as is_member
        from {{ ref('stg_truth') }}
    ),

    judged as (
        select
            variant,
            mode,
            kind,
            is_member,
            found.class,
            confidence >= {{ var('classifiers').xclass.confident }} as is_confident,
            -- of members alone it is known which object of Hubble's they are
            found.hsc_match_id = kinds.hsc_match_id as is_right_object
        from {{ ref('xclass_target_probabilities') }} as found
        inner join kinds using (csc_name)
        -- of every variant the same sources
        where
            csc_name not in (
                select csc_name from {{ ref('xclass_labelled') }} where not_used_because is null
            )
    )

select
    variant,
    mode,
    kind,
    is_member,
    class,
    count(*)::integer as n_sources,
    count(*) filter (is_confident)::integer as n_confident,
    count(*) filter (is_right_object)::integer as n_right_object,
    n_sources / sum(count(*)) over (partition by variant, mode, kind, is_member) as share_of_kind
from judged
where class is not null
group by variant, mode, kind, is_member, class
order by variant, mode, kind, is_member, class
