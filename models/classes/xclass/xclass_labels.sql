-- The class of every X-ray source that a known object lies near, and why it does not train if it
-- does not. The nearest object counts. Spectral catalogues list the donors of binaries as stars:
-- where a compact binary is near, no star counts (Vela X-1, Cyg X-1; ours).
with
    judged_stars as (
        select
            *,
            class in ('LM-STAR', 'HM-STAR')
            and bool_or(class in ('HMXB', 'LMXB', 'CV')) over (partition by csc_name) as is_donor
        from {{ ref('xclass_matches') }}
    ),

    matches as (
        select * exclude (is_donor), count(distinct class) over (partition by csc_name) as n_classes
        from judged_stars
        where not is_donor
        qualify row_number() over (partition by csc_name order by nu, object_id) = 1
    ),

    -- one object is one source: the nearest
    judged as (
        select
            *,
            row_number() over (
                partition by object_id order by is_significant desc, nu, csc_name
            ) as place
        from matches
    )

select
    csc_name,
    judged.class,
    array_to_string(catalogues, ', ') as label_from,
    name as object_name,
    spectral_type as object_type,
    spectral_type,
    ra,
    dec,
    separation_arcsec,
    nu,
    match,
    case
        when not is_significant
        then 'X-ray source is not significant'
        when n_classes > 1
        then 'objects of several classes lie near'
        when place > 1
        then 'the object is nearer to another X-ray source'
    end as not_used_because
from judged
inner join {{ ref('xclass_objects') }} using (object_id)
order by csc_name
