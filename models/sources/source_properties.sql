-- What is measured of every X-ray source and of its counterparts: what the classifiers see, before
-- any feature is made of it.
select
    sources.csc_name,
    sources.ra,
    sources.dec,
    err_ellipse_r0,
    significance,
    {% for column in measurements('muwclass') %} {{ column }}, {% endfor %}
    hr_ms,
    hr_hm,
    hr_h_ms,
    nullif(
        concat_ws(
            '|',
            case when conf_flag then 'conf' end,
            case when extent_flag then 'extent' end,
            case when pileup_flag then 'pileup' end
        ),
        ''
    ) as csc_flags,
    n_surveys,
    ebv,
    ebv_origin,
    has_no_flux
from {{ ref('stg_csc__sources') }} as sources
inner join {{ ref('xray_photometry') }} using (csc_name)
inner join {{ ref('reddening') }} using (csc_name)
left join {{ ref('multiwavelength') }} using (csc_name)
order by csc_name
