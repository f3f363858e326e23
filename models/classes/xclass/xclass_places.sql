-- Where the ground-based surveys are asked: at the known object of a source that trains, at the
-- X-ray source of one to be classified.
with
    places as (
        select 'training' as role, csc_name, ra, dec
        from {{ ref('xclass_labels') }}
        where not_used_because is null
        union all
        select distinct 'target' as role, csc_name, sources.ra, sources.dec
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
        null::double as two_sigma_arcsec,
        true as may_have_gaia
    from places
    order by place
{% else %}
    -- at the Gaia source that the Chandra-Gaia match takes for the counterpart. Where it takes
    -- none the
    -- others are asked at the place itself, and Gaia is not; X-ray sources that it does not hold
    -- are
    -- asked as the nearest
    select
        role || ' ' || csc_name as place,
        role,
        csc_name,
        coalesce(gaia.ra, places.ra) as ra,
        coalesce(gaia.dec, places.dec) as dec,
        null::double as two_sigma_arcsec,
        positions.csc_name is null or gaia.ra is not null as may_have_gaia
    from places
    left join {{ ref('xray_positions') }} as positions using (csc_name)
    left join
        (
            select csc_name, gaia_source_id
            from {{ ref('posteriors') }}
            inner join
                (select primary_key, csc_name from {{ ref('primaries') }} where not is_fake) using (
                    primary_key
                )
            where gaia_source_id is not null and p_any > {{ var('p_any_threshold') }}
            qualify
                row_number() over (partition by primary_key order by p_i desc, gaia_source_id) = 1
        ) as best using (csc_name)
    left join {{ ref('stg_gaia__sources') }} as gaia on best.gaia_source_id = gaia.gaia_source_id
    order by place
{% endif %}
