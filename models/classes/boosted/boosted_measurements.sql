-- What the boosted trees see of every X-ray source, before any feature is made of it; and why a
-- source is left out, if it is.
{#- flags that take an X-ray source out of training and of the classified (Kumaran et al. 2023,
    section 2.1) -#}
{% set excluding_flags = ['extent_flag', 'pileup_flag', 'sat_src_flag', 'conf_flag', 'streak_src_flag'] %}
{% set surveys = ['gmag', 'bpmag', 'rpmag', 'jmag', 'hmag', 'kmag', 'w1mag', 'w2mag', 'w3mag'] %}
select
    sources.csc_name,
    sources.ra,
    sources.dec,
    -- not known is not set
    nullif(
        concat_ws(
            ', '
            {%- for flag in excluding_flags %}
                , case when sources.{{ flag }} then '{{ flag }}' end
            {% endfor -%}
        ),
        ''
    ) as excluding_flags,
    {% for column in measurements('boosted_xray') -%}
        {{ 'wide_bands' if column in ['flux_aper90_u', 'flux_aper90_w'] else 'sources' }}.{{ column }},
    {% endfor -%}
    {% for column in surveys -%} properties.{{ column }}, {% endfor -%}
    galex.fuvmag,
    galex.nuvmag,
    {% for band in ['u', 'g', 'r', 'i', 'z'] -%} sdss.{{ band }}_sdss, {% endfor -%}
    allwise.w4mpro as w4mag,
    mips.mips24
from {{ ref('stg_csc__sources') }} as sources
inner join {{ ref('source_properties') }} as properties using (csc_name)
left join {{ ref('stg_csc__wide_bands') }} as wide_bands using (csc_name)
left join {{ ref('multiwavelength') }} as multiwavelength using (csc_name)
left join {{ ref('stg_allwise__sources') }} as allwise using (allwise_designation)
{% for survey in ['galex', 'sdss', 'mips'] -%}
    left join
        (
            select *
            from {{ ref('survey_counterparts') }}
            where survey = '{{ survey }}' and is_counterpart
        ) as {{ survey }} using (csc_name)
{% endfor -%}
order by sources.csc_name
