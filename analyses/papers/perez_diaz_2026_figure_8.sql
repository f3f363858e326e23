-- Figure 8 of Perez-Diaz et al. 2026: separations over the off-axis angle, in the field of Orion.
-- One row per match: COUP's of X-ray with optical or infrared sources, and ours of an X-ray source
-- with Gaia, by the score, or by position where the score finds none. X-ray sources that the score
-- was trained on are left out.
{% set cone = [83.8210, -5.3944, 30.0] %}  {# RA, Dec (deg), radius (arcmin) #}
with
    matches as (
        select
            csc_name,
            gaia_source_id,
            min_theta_mean,
            separation,
            score_gaia_source_id,
            nway_confident
        from {{ ref('candidate_pairs') }}
        inner join
            (select csc_name, score_gaia_source_id from {{ ref('counterparts') }}) using (csc_name)
        where {{ in_cone('csc_ra', 'csc_dec', cone) }} and score_fold is null
    )

select 'COUP ' || coup as source, theta as x, oir_separation as y, 'COUP and OIR' as series
from {{ ref('stg_coup__sources') }}
where theta is not null and oir_separation is not null
union all
select csc_name, min_theta_mean, separation, 'Chandra and Gaia, ML match'
from matches
where gaia_source_id = score_gaia_source_id and min_theta_mean is not null
union all
select csc_name, min_theta_mean, separation, 'Chandra and Gaia, NWAY match only'
from matches
where score_gaia_source_id is null and nway_confident and min_theta_mean is not null
order by series, source
