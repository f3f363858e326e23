-- What is measured of every X-ray source and of its counterparts, and E(B-V) through the whole
-- Galaxy
-- towards it, from what var ebv_source says: what the classifiers see, before any feature is made
-- of it.
{% set chosen, origin = var('ebv_source'), ebv_origin() %}
with
    given as (select csc_name, ebv from {{ ref('stg_reddening__sources') }}),

    reddening as (
        select
            csc_name,
            {% if chosen == 'column' %}
                if(
                    (select count(*) from given) = 0,
                    error('ebv_source is column, but raw table source_reddening has no rows'),
                    given.ebv
                ) as ebv,
                case when given.ebv is not null then 'column' end as ebv_origin
            {% elif chosen == 'auto' and origin != 'map' %}
                coalesce(given.ebv, {{ ebv_towards('ra', 'dec') }}) as ebv,
                case when given.ebv is not null then 'column' else '{{ origin }}' end as ebv_origin
            {% else %} {{ ebv_towards('ra', 'dec') }} as ebv, '{{ origin }}' as ebv_origin
            {% endif %}
        from {{ ref('stg_csc__sources') }}
        left join given using (csc_name)
    )

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
inner join reddening using (csc_name)
left join {{ ref('multiwavelength') }} using (csc_name)
order by csc_name
