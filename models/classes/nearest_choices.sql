-- The counterpart of every X-ray source in each survey the published way: the nearest source, if it lies within the combined 2-sigma
-- radius (Yang et al. 2022, ApJ 941, 104, section 2.3).
select
    sources.csc_name,
    {% for survey, id in counterpart_ids().items() %}
    {{ survey }}.{{ id }}{{ ',' if not loop.last }}
    {% endfor %}
from {{ ref('stg_csc__sources') }} as sources
{% for survey in counterpart_ids() %}
left join {{ ref(survey ~ '_counterparts') }} as {{ survey }} on sources.csc_name = {{ survey }}.csc_name and {{ survey }}.is_counterpart
{% endfor %}
order by sources.csc_name
