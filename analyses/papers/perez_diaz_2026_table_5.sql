-- Table 5 of Perez-Diaz et al. 2026: candidates preferred by position and by score, if they differ.
-- Two rows per X-ray source, of the whole catalogue; the paper shows those where is_in_orion.
{% set cone = [83.8210, -5.3944, 30.0] %}  {# RA, Dec (deg), radius (arcmin) #}
with
    pairs as (
        select
            *,
            row_number() over (partition by csc_name order by p_i desc, separation, gaia_source_id)
            = 1 as is_nway_best,
            -- within the limit; outside it comes after all that are inside
            row_number() over (
                partition by csc_name
                order by sep_ok desc nulls last, p_match_ind desc, separation, gaia_source_id
            )
            = 1
            and sep_ok as is_ml_best
        from {{ ref('candidate_pairs') }}
        where p_any > {{ var('p_any_threshold') }} and p_match_ind is not null
    ),

    divided as (
        select csc_name from pairs group by csc_name having bool_or(is_ml_best and not is_nway_best)
    )

select
    csc_name,
    min_theta_mean,
    p_any,
    case when is_nway_best then 'NWAY' else 'ML' end as match_algorithm,
    gaia_source_id,
    separation,
    p_i,
    p_match_ind,
    ml_confident,
    sep_ok,
    phot_g_mean_mag,
    bp_rp,
    {{ in_cone('csc_ra', 'csc_dec', cone) }} as is_in_orion
from pairs
semi join divided using (csc_name)
where is_nway_best or is_ml_best
order by csc_name, match_algorithm
