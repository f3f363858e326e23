-- The counterpart of every X-ray source in each survey the published way: the nearest source, if it
-- lies within the combined 2-sigma radius (Yang et al. 2022, ApJ 941, 104, section 2.3).
select
    sources.csc_name,
    {% for id in counterpart_ids().values() %}
        max({{ id }}) as {{ id }}{{ ',' if not loop.last }}  -- of one survey, thus of one row
    {% endfor %}
from {{ ref('stg_csc__sources') }} as sources
left join
    {{ ref('survey_counterparts') }} as counterparts
    on sources.csc_name = counterparts.csc_name
    and is_counterpart
group by sources.csc_name
order by sources.csc_name
