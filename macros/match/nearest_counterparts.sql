{#- For each row of `around` and each of the surveys, by their names in survey_photometry, the
    nearest source within var survey_radius_arcsec, the lower id where two are equally near; rows
    without any are left out. `around` has `key`, ra, dec (deg) and two_sigma_arcsec; a position
    error of the survey that is NULL counts as none. The columns of survey_photometry are passed
    on, its position as survey_ra, survey_dec.

    {{ nearest_counterparts(['gaia', 'twomass'], 'places', 'place') }} -#}
{% macro nearest_counterparts(surveys, around=none, key='csc_name') -%}
    {% set radius = var('survey_radius_arcsec') %}
    {% set around = around or '(select csc_name, ra, dec, err_ellipse_r0 as two_sigma_arcsec from ' ~ ref('stg_csc__sources') ~ ')' %}
    {% set sources = '(select * from ' ~ ref('survey_photometry') ~ ' where survey in ' ~ text_list(surveys) ~ ')' %}
    with
        pairs as (
            select
                * exclude (ra, dec, two_sigma_arcsec)
                rename(other_ra as survey_ra, other_dec as survey_dec),
                sqrt(
                    pow(two_sigma_arcsec, 2) + pow(2 * coalesce(pos_err_arcsec, 0), 2)
                ) as combined_2sigma_arcsec
            from ({{ sky_join(around, [key, 'two_sigma_arcsec'], sources, radius) }})
        ),

        closest as (
            select
                {{ key }},
                survey,
                min(separation_arcsec) as separation_arcsec,
                count(*) as n_within_radius
            from pairs
            group by all
        ),

        -- few are left to be put in order
        nearest as (
            select *
            from pairs
            join closest using ({{ key }}, survey, separation_arcsec)
            qualify
                row_number() over (
                    partition by {{ key }}, survey order by {{ survey_ids() | join(', ') }}
                )
                = 1
        )

    select
        {{ key }},
        survey,
        {{ survey_ids() | join(',\n    ') }},
        separation_arcsec,
        combined_2sigma_arcsec,
        coalesce(separation_arcsec <= combined_2sigma_arcsec, false) as is_counterpart,
        n_within_radius,
        -- Yang et al. 2022, ApJ 941, 104, Appendix C: 1 - exp(-rho pi r^2), with rho = n / (pi R^2)
        1 - exp(
            - n_within_radius * pow(combined_2sigma_arcsec / {{ radius }}, 2)
        ) as chance_probability,
        * exclude (
            {{ key }},
            survey,
            {{ survey_ids() | join(', ') }},
            separation_arcsec,
            combined_2sigma_arcsec,
            n_within_radius,
            pos_err_arcsec
        )
    from nearest
    order by {{ key }}, survey
{%- endmacro %}

{#- The columns of survey_photometry that hold a survey's id: of every row one is not NULL. -#}
{% macro survey_ids() -%}
    {{ return((counterpart_ids().values() | list) + ['panstarrs_objid', 'galex_objid', 'sdss_objid', 'mips_objid']) }}
{%- endmacro %}
