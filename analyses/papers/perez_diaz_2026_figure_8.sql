-- Figure 8 of Perez-Diaz et al. 2026: separations over the off-axis angle, in the field of Orion.
-- One row per match of an X-ray source: by the score, or by position where the score finds none.
-- The matches of COUP are not ours to show.
{% set cone = [83.8210, -5.3944, 30.0] %}  {# RA, Dec (deg), radius (arcmin) #}
select
    csc_name,
    gaia_source_id,
    min_theta_mean as x,
    separation as y,
    case when score_gaia_source_id is not null then 'ML match' else 'NWAY match only' end as series
from {{ ref('candidate_pairs') }}
inner join (select csc_name, score_gaia_source_id from {{ ref('xray_sources') }}) using (csc_name)
where
    {{ in_cone('csc_ra', 'csc_dec', cone) }}
    and (gaia_source_id = score_gaia_source_id or (score_gaia_source_id is null and nway_confident))
    and min_theta_mean is not null
order by series, csc_name
