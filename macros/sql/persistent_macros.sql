{#- SQL macros that stay in the database, for queries of one's own: what the catalogue computes,
    in plain duckdb.

      great_circle_arcsec(ra_1, dec_1, ra_2, dec_2)              arcsec; positions in deg
      in_cone(ra, dec, ra_0, dec_0, radius_arcmin)               BOOLEAN
      log10_bayes_factor(separation_arcsec, sigma_1, sigma_2)    dex; 1-sigma errors per axis in arcsec
      separation_limit_arcsec(min_theta_mean)                    arcsec; off-axis angle in arcmin; where the match has one

    Called by on-run-start. log10_bayes_factor is that of circular errors: Budavari & Szalay
    2008, ApJ 679, 301, eq. 16. -#}
{% macro persistent_macros() -%}
    {% set variance = '(sigma_1 * sigma_1 + sigma_2 * sigma_2)' %}
create or replace macro main.great_circle_arcsec(ra_1, dec_1, ra_2, dec_2) as
    {{ great_circle_arcsec('ra_1', 'dec_1', 'ra_2', 'dec_2') }}
    ;
create or replace macro main.in_cone(ra, dec, ra_0, dec_0, radius_arcmin) as
    {{ great_circle_arcsec('ra', 'dec', 'ra_0', 'dec_0') }} <= radius_arcmin * 60 ;
create or replace macro main.log10_bayes_factor(separation_arcsec, sigma_1, sigma_2) as
    {{ _log10_two_arcsec2() }} - log10({{ variance }})
    - separation_arcsec * separation_arcsec / (2 * ln(10) * {{ variance }});
    {% set limit = (match_settings().classifier or {}).get('separation_limit_arcsec') | string %}
    {% if 'min_theta_mean' in limit %}
create or replace macro main.separation_limit_arcsec(min_theta_mean) as
        {{ limit }}
        ;
    {% endif %}
{%- endmacro %}
