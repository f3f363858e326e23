-- Spectra fitted to the Gaia and 2MASS photometry of the training sources, in each of the variants
-- that var studies compares.
{% set filters = ['gaia_bp', 'gaia_g', 'gaia_rp', 'twomass_J', 'twomass_H', 'twomass_Ks'] %}
with
    sources as (
        select
            csc_name,
            class,
            -- all models are tried for the classes that have none of their own
            case
                when class in ('AGN', 'LMXB', 'HMXB', 'CV', 'LM-STAR', 'HM-STAR') then class
            end as fitted_class,
            [bpmag, gmag, rpmag, jmag, hmag, kmag] as magnitudes,
            [e_bpmag, e_gmag, e_rpmag, e_jmag, e_hmag, e_kmag] as errors,
            3.1 * ebv as a_v  -- R_V of the extinction law
        from {{ ref('muwclass_training') }}
    ),

    fits as (
        {% for variant, options in var('studies').get('sed_variants', {'chosen': {}}).items() %}
            select
                csc_name,
                class,
                '{{ variant }}' as variant,
                {{ sed_fit('fitted_class', 'null', 'magnitudes', 'errors', 'a_v', dict(options, input_filters=filters)) }}
                as fit
            from sources {{ 'union all' if not loop.last }}
        {%- endfor %}
    )

select
    csc_name,
    class,
    variant,
    {% for field in sed_fit_fields() %} fit.{{ field }}{{ ',' if not loop.last }} {% endfor %}
from fits
order by csc_name, variant
