{#- The columns of the published counterpart tables, from release.candidate_pairs: Perez-Diaz et
    al. 2026, appendix D.

    select {{ counterpart_columns() }} from {{ ref('candidate_pairs') }} -#}
{% macro counterpart_columns() -%}
    csc_name as csc21_name,
    csc_ra as csc21_ra,
    csc_dec as csc21_dec,
    min_theta_mean,
    gaia_source_id as gaia3_source_id,
    gaia_ra as gaia3_ra,
    gaia_dec as gaia3_dec,
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
