-- Where the ground-based surveys are asked: at the known object of a source that trains, at the X-ray source of one to be classified.
with places as (
    select
        'training' as role,
        csc_name,
        ra,
        dec
    from {{ ref('xclass_labels') }}
    where not_used_because is null
    union all
    select distinct
        'target' as role,
        csc_name,
        sources.ra,
        sources.dec
    from {{ ref('xclass_xray') }} as sources
    inner join {{ ref('xclass_hst_candidates') }} using (csc_name)
    where significance >= {{ var('xclass_significance') }}
)

{% if var('xclass_ground_counterparts') == 'nearest' %}
select
    role || ' ' || csc_name as place,
    * exclude (ra, dec),
    ra,
    dec,
    null::double as two_sigma_arcsec
from places
order by place
{% else %}
-- at the Gaia source that wing 1 takes for the counterpart; X-ray sources that it does not hold stay where they are
select
    role || ' ' || csc_name as place,
    role,
    csc_name,
    case when positions.csc_name is null then places.ra else gaia.ra end as ra,
    case when positions.csc_name is null then places.dec else gaia.dec end as dec,
    null::double as two_sigma_arcsec
from places
left join {{ ref('xray_positions') }} as positions using (csc_name)
left join (
    select * from {{ ref('posteriors') }}
    where gaia_source_id is not null and p_any > {{ var('p_any_threshold') }}
    qualify row_number() over (partition by xray_key order by p_i desc, gaia_source_id) = 1
) as best using (xray_key)
left join {{ ref('stg_gaia__sources') }} as gaia on best.gaia_source_id = gaia.gaia_source_id
where positions.csc_name is null or gaia.ra is not null
order by place
{% endif %}
