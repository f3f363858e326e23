-- How many objects of each class there are from the catalogues to the classifier, and why the others are not: Rangelov et al., table 1.
-- Every X-ray source is counted twice: as one that may train, and as one to classify.
with steps as (
    select '1 catalogue entries' as step, coalesce(class, 'none') as class, coalesce(not_used_because, 'used') as state, count(*) as n
    from {{ ref('xclass_entries') }} group by all
    union all
    select
        '2 objects' as step,
        class,
        -- 1 arcmin: entries of one name this far apart are hardly one object
        case when extent_arcsec > 60 then 'used, of one name but more than 1 arcmin apart' else 'used' end as state,
        count(*) as n
    from {{ ref('xclass_objects') }} group by all
    union all
    select
        '3 X-ray sources' as step,
        coalesce(class, 'none') as class,
        case
            when class is not null then coalesce(not_used_because, match)
            when sigma_eff_arcsec is null then 'no position error'
            else 'no known object near'
        end as state,
        count(*) as n
    from {{ ref('xclass_xray') }} left join {{ ref('xclass_labels') }} using (csc_name) group by all
    union all
    select '4 training, ' || way as step, class, coalesce(not_used_because, 'trains') as state, count(*) as n
    from {{ ref('xclass_labelled') }} group by all
    union all
    select
        '5 sources to classify' as step,
        coalesce(class, 'none') as class,
        coalesce(state, case when sigma_eff_arcsec is null then 'no position error' else 'not where Hubble looked' end) as state,
        count(*) as n
    from {{ ref('xclass_xray') }} left join {{ ref('xclass_classes') }} using (csc_name) group by all
)

select
    step,
    class,
    state,
    n::integer as n_rows
from steps
order by step, class, state
