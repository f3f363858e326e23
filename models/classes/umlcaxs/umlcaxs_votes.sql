-- The votes of every detection for its source: its class probabilities by the rule of var
-- umlcaxs_rule, and the class they say.
{% set classes = classes_of('umlcaxs') %}
with
    probabilities as (
        select *, {{ var('umlcaxs_rule') }}_probabilities as p
        from {{ ref('umlcaxs_detection_probabilities') }}
    )

select
    detection_id,
    csc_name,
    obsid,
    obi,
    region_id,
    {{ most_probable_class('p', classes) }} as class,
    list_max(p) as class_prob,
    {% for name in classes -%}
        p[{{ loop.index }}] as p_{{ class_column(name) }}{{ ',' if not loop.last }}
    {% endfor %}
from probabilities
order by csc_name, obsid, obi, region_id
