-- Table 4 of Perez-Diaz et al. 2026: X-ray sources in the field of Orion, by kind of match.
-- One row per quantity, without those of COUP's own catalogue; none where the field has no X-ray
-- source.
{% set cone = [83.8210, -5.3944, 30.0] %}  {# RA, Dec (deg), radius (arcmin) #}
with
    gaia as (
        select count(*) as number
        from {{ ref('stg_gaia__sources') }}
        where {{ in_cone('ra', 'dec', cone) }}
    ),

    sources as (
        select * from {{ ref('xray_sources') }} where {{ in_cone('csc_ra', 'csc_dec', cone) }}
    ),

    pairs as (
        select
            csc_name,
            nway_confident,
            score_gaia_source_id is not null
            and pairs.gaia_source_id = score_gaia_source_id as is_best,
            ml_confident and pairs.sep_ok and not is_best as is_alternate
        from {{ ref('candidate_pairs') }} as pairs
        inner join sources using (csc_name)
    ),

    per_source as (
        select
            csc_name,
            bool_or(nway_confident) as has_nway,
            bool_or(is_best) as has_ml,
            bool_or(is_alternate) as has_alternate,
            bool_or(nway_confident and is_best) as agree
        from pairs
        group by csc_name
    ),

    counted(row, quantity, number) as (
        select 1, 'Gaia sources', number
        from gaia
        union all
        select 2, 'CSC sources', count(*)
        from sources
        union all
        select 3, 'CSC sources with Gaia candidates', count(*)
        from per_source
        union all
        select 4, 'with an NWAY match', count(*) filter (has_nway)
        from per_source
        union all
        select 5, 'with an ML match', count(*) filter (has_ml)
        from per_source
        union all
        select 6, 'with both NWAY and ML matches', count(*) filter (has_nway and has_ml)
        from per_source
        union all
        select 7, 'with alternate ML matches', count(*) filter (has_alternate)
        from per_source
        union all
        select
            8,
            'with an ML match and no NWAY match',
            count(*) filter (has_ml and not coalesce(has_nway, false))
        from per_source
        union all
        select
            9,
            'with an NWAY match and no ML match',
            count(*) filter (has_nway and not coalesce(has_ml, false))
        from per_source
        union all
        select
            10,
            'with different NWAY and ML matches',
            count(*) filter (has_nway and has_ml and not agree)
        from per_source
    )

select row::integer as row, quantity, number::integer as number
from counted
where (select count(*) from sources) > 0
order by row
