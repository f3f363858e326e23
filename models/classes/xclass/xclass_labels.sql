-- The class of every X-ray source that a known object lies near, and why it does not train if it does not. The nearest object counts.
with matches as (
    select
        *,
        count(distinct class) over (partition by csc_name) as n_classes
    from {{ ref('xclass_matches') }}
    qualify row_number() over (partition by csc_name order by nu, object_id) = 1
),

-- one object is one source: the nearest
judged as (
    select
        *,
        row_number() over (partition by object_id order by is_significant desc, nu, csc_name) as place
    from matches
)

select
    csc_name,
    judged.class,
    name,
    spectral_type,
    ra,
    dec,
    separation_arcsec,
    nu,
    match,
    case
        when not is_significant then 'X-ray source is not significant'
        when n_classes > 1 then 'objects of several classes lie near'
        when place > 1 then 'the object is nearer to another X-ray source'
    end as not_used_because
from judged
inner join {{ ref('xclass_objects') }} using (object_id)
order by csc_name
