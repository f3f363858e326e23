{#- The columns of the published counterpart tables, from release.candidate_pairs: Perez-Diaz et
    al. 2026, appendix D; keys are named as in all other tables, and the positions at the X-ray
    epoch are those that the separation is of.

    select {{ counterpart_columns() }} from {{ ref('candidate_pairs') }} -#}
{% macro counterpart_columns() -%}
    csc_name,
    csc_ra,
    csc_dec,
    xray_epoch,
    min_theta_mean,
    gaia_source_id,
    gaia_ra,
    gaia_dec,
    gaia_ra_xray_epoch,
    gaia_dec_xray_epoch,
    p_i,
    p_any,
    p_match_ind,
    separation,
    match_flag,
    nway_confident as flag_nway_confident,
    ml_confident as flag_ml_confident,
    sep_ok as flag_sep_ok,
    phot_g_mean_mag
{%- endmacro %}
