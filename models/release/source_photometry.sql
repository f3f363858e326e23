-- Magnitudes of the nearest source of each survey to every X-ray source, by band.
{#- the columns of survey_counterparts that hold a band's magnitude; its error is in e_<column> -#}
{% set bands = {
    'gaia': {'BP': 'bpmag', 'G': 'gmag', 'RP': 'rpmag'},
    'twomass': {'J': 'jmag', 'H': 'hmag', 'Ks': 'kmag'},
    'allwise': {'W1': 'w1mag', 'W2': 'w2mag', 'W3': 'w3mag', 'W4': 'w4mag'},
    'catwise': {'W1': 'w1mag', 'W2': 'w2mag'},
    'unwise': {'W1': 'w1mag', 'W2': 'w2mag'},
    'panstarrs': {'g': 'g_psf_mag', 'r': 'r_psf_mag', 'i': 'i_psf_mag', 'z': 'z_psf_mag', 'y': 'y_psf_mag'},
    'galex': {'FUV': 'fuvmag', 'NUV': 'nuvmag'},
    'sdss': {'u': 'u_sdss', 'g': 'g_sdss', 'r': 'r_sdss', 'i': 'i_sdss', 'z': 'z_sdss'},
    'mips': {'24um': 'mips24'},
} %}
{% set without_errors = ['galex', 'sdss', 'mips'] %}
{# of these the error is missing where the magnitude is a limit #}
{% set with_limits = ['twomass', 'allwise', 'catwise'] %}
with
    measured as (
        {% for survey, columns in bands.items() %}
            {% set outer_loop = loop %}
            {% for band, column in columns.items() %}
                select
                    csc_name,
                    survey,
                    coalesce({{ survey_ids() | join('::varchar, ') }}::varchar) as survey_source_id,
                    gaia_source_id,
                    survey_ra,
                    survey_dec,
                    separation_arcsec,
                    combined_2sigma_arcsec,
                    is_counterpart,
                    chance_probability,
                    '{{ band }}' as band,
                    {% if survey == 'mips' %}
                        -- from microjansky; AB is 23.9 mag at 1 microjansky
                        case when {{ column }} > 0 then 23.9 - 2.5 * log10({{ column }}) end
                    {% else %} {{ column }}
                    {% endif %} as magnitude,
                    {{ 'null::double' if survey in without_errors else 'e_' ~ column }}
                    as magnitude_error,
                    {% if survey in with_limits %} magnitude_error is null
                    {% else %} {{ 'null::boolean' if survey in without_errors else 'false' }}
                    {% endif %} as is_upper_limit
                from {{ ref('survey_counterparts') }}
                where
                    survey = '{{ survey }}' and magnitude is not null
                    {{ 'union all' if not (loop.last and outer_loop.last) }}
            {% endfor %}
        {% endfor %}
    )

select
    csc_name,
    survey,
    band,
    survey_source_id,
    measured.gaia_source_id,
    sources.ra as csc_ra,
    sources.dec as csc_dec,
    survey_ra,
    survey_dec,
    measured.separation_arcsec as separation,
    combined_2sigma_arcsec as combined_2sigma,
    is_counterpart as is_within_2sigma,
    chance_probability,
    case
        when survey = 'gaia' then measured.gaia_source_id is not distinct from chosen.gaia_source_id
    end as is_recommended,
    magnitude,
    magnitude_error,
    is_upper_limit,
    magnitude_system,
    pivot_wavelength
from measured
inner join {{ ref('stg_csc__sources') }} as sources using (csc_name)
left join {{ ref('survey_bands') }} using (survey, band)
left join {{ ref('chosen_counterparts') }} as chosen using (csc_name)
order by csc_name, pivot_wavelength, survey, band
