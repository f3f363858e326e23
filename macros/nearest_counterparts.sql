{#- For each row of `around` the nearest source of a survey within var survey_radius_arcsec, the lower id where two are
    equally near; rows without any are left out. `around` has `key`, ra, dec (deg) and two_sigma_arcsec; `survey` has `id`, ra, dec,
    pos_err_arcsec (1 sigma, semi-major axis; NULL counts as none) and photometry, which is passed on. -#}
{% macro nearest_counterparts(survey, id, around=none, key='csc_name') -%}
{% set radius = var('survey_radius_arcsec') %}
{% set around = around or '(select csc_name, ra, dec, err_ellipse_r0 as two_sigma_arcsec from ' ~ ref('stg_csc__sources') ~ ')' %}
with pairs as (
    select
        * exclude (ra, dec, other_ra, other_dec, two_sigma_arcsec),
        sqrt(pow(two_sigma_arcsec, 2) + pow(2 * coalesce(pos_err_arcsec, 0), 2)) as combined_2sigma_arcsec
    from ({{ sky_join(around, [key, 'two_sigma_arcsec'], survey, radius) }})
),

nearest as (
    select
        *,
        count(*) over (partition by {{ key }}) as n_within_radius
    from pairs
    qualify row_number() over (partition by {{ key }} order by separation_arcsec, {{ id }}) = 1
)

select
    {{ key }},
    {{ id }},
    separation_arcsec,
    combined_2sigma_arcsec,
    coalesce(separation_arcsec <= combined_2sigma_arcsec, false) as is_counterpart,
    n_within_radius,
    -- Yang et al. 2022, ApJ 941, 104, Appendix C: 1 - exp(-rho pi r^2), with rho = n / (pi R^2)
    1 - exp(-n_within_radius * pow(combined_2sigma_arcsec / {{ radius }}, 2)) as chance_probability,
    * exclude ({{ key }}, {{ id }}, separation_arcsec, combined_2sigma_arcsec, n_within_radius, pos_err_arcsec)
from nearest
order by {{ key }}
{%- endmacro %}
