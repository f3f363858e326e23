-- Table 4 of Perez-Diaz et al. 2026: X-ray sources in the field of Orion, by kind of match.
-- One row per quantity; none without the catalogue of COUP. X-ray sources that the score was
-- trained on, or its thresholds read from, are left out, as there. An X-ray source has an NWAY
-- match, an ML match, or both, which agree or differ, as in table 6. `fraction` is of the X-ray
-- sources with an NWAY match: the share of these that the score reproduces.
{% set cone = [83.8210, -5.3944, 30.0] %}  {# RA, Dec (deg), radius (arcmin) #}
with
    sources as (
        select csc_name
        from {{ ref('counterparts') }}
        where
            {{ in_cone('csc_ra', 'csc_dec', cone) }}
            and csc_name
            not in (select csc_name from {{ ref('candidate_pairs') }} where score_fold is not null)
    ),

    pairs as (
        select
            csc_name,
            count(*) as n_candidates,
            bool_or(nway_confident) as has_nway,
            count(*) filter (ml_confident and sep_ok) as n_ml,
            arg_max(nway_confident, (p_match_ind, - separation, - gaia_source_id)) filter (
                ml_confident and sep_ok
            ) as agrees
        from {{ ref('candidate_pairs') }}
        group by csc_name
    ),

    per_source as (
        select
            csc_name,
            coalesce(n_candidates, 0) > 0 as has_candidates,
            coalesce(has_nway, false) as has_nway,
            coalesce(n_ml, 0) > 0 as has_ml,
            coalesce(n_ml, 0) > 1 as has_alternate,
            coalesce(agrees, false) as agrees,
            coalesce(is_counterpart, false) as has_coup,
            has_coup and oir_separation is not null as has_oir
        from sources
        left join pairs using (csc_name)
        left join {{ ref('coup_counterparts') }} using (csc_name)
    ),

    counted(row, quantity, number) as (
        select 1, 'Gaia sources in the table', count(*)
        from {{ ref('stg_gaia__sources') }}
        where {{ in_cone('ra', 'dec', cone) }}
        union all
        select 2, 'COUP sources', count(*)
        from {{ ref('stg_coup__sources') }}
        union all
        select 3, 'COUP sources with OIR matches', count(oir_separation)
        from {{ ref('stg_coup__sources') }}
        {% for quantity, condition in [
            ('CSC sources', 'true'),
            ('with Gaia candidates', 'has_candidates'),
            ('with COUP counterparts', 'has_coup'),
            ('with an NWAY match', 'has_nway'),
            ('with an ML match', 'has_ml'),
            ('with both NWAY and ML matches', 'has_nway and has_ml'),
            ('with the same NWAY and ML match', 'has_nway and agrees'),
            ('with different ML and NWAY matches', 'has_nway and has_ml and not agrees'),
            ('with an ML match and COUP OIR IDs', 'has_ml and has_oir'),
            ('with alternate ML matches', 'has_alternate'),
            ('with an ML match and no NWAY match', 'has_ml and not has_nway'),
            ('with an NWAY match and no ML match', 'has_nway and not has_ml'),
        ] %}
            union all
            select {{ loop.index + 3 }}, '{{ quantity }}', count(*) filter ({{ condition }})
            from per_source
        {% endfor %}
    )

select
    row::integer as row,
    quantity,
    number::integer as number,
    case
        when row in (9, 10, 11, 15)
        then number / nullif((select number from counted where row = 7), 0)
    end as fraction
from counted
where (select count(*) from per_source where has_coup) > 0
order by row
