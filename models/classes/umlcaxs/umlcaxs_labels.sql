-- What SIMBAD calls every X-ray source: the nearest object within reach, and its class where that
-- says what it is (Perez-Diaz et al. 2024, section 3.2.1). A type that says only where it shines is
-- no label.
with
    nearest as (
        select csc_name, simbad_main_id, otype, separation_arcsec
        from
            (
                {{ sky_join(ref('stg_csc__sources'), ['csc_name'], ref('stg_simbad__objects'), var('simbad_radius_arcsec')) }}
            )
        qualify
            row_number() over (partition by csc_name order by separation_arcsec, simbad_main_id) = 1
    )

select
    csc_name,
    case when simbad_main_id is not null then 'SIMBAD' end as label_from,
    simbad_main_id as object_name,
    nearest.otype as object_type,
    nearest.otype,
    separation_arcsec,
    case when types.class in {{ text_list(classes_of('umlcaxs')) }} then types.class end as class,
    case
        when simbad_main_id is null
        then 'no object'
        when class is not null
        then 'labelled'
        when nearest.otype is null or coalesce(types.is_vague, false)
        then 'vague type'
        else 'other type'
    end as label_state,
    case when label_state <> 'labelled' then label_state end as not_used_because
from {{ ref('stg_csc__sources') }}
left join nearest using (csc_name)
left join {{ ref('umlcaxs_types') }} as types on types.otype = nearest.otype
order by csc_name
