-- Every entry of a catalogue is an entry here, is in one object or has a reason; every label trains
-- or has a reason, in every variant.
with
    counts as (
        select
            (
                select count(*) from {{ ref('xclass_entries') }} where not_used_because is null
            ) as n_used,
            (select sum(n_entries) from {{ ref('xclass_objects') }}) as n_in_objects,
            (select count(*) from {{ ref('xclass_labels') }} where not_used_because is null)
            * {{ var('xclass_variants') | length }} as n_labelled,
            (select count(*) from {{ ref('xclass_labelled') }}) as n_judged,
            (
                select count(*) from {{ ref('xclass_labelled') }} where not_used_because is null
            ) as n_train,
            (
                select count(*) from {{ ref('xclass_features') }} where role = 'training'
            ) as n_training
    )

select *
from counts
where
    coalesce(n_used, 0) <> coalesce(n_in_objects, 0)
    or n_labelled <> n_judged
    or n_train <> n_training
