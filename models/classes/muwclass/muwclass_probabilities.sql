-- Class of every X-ray source by MUWCLASS: means and deviations of its class probabilities over the
-- draws; a probability that all draws agree on has no deviation.
{% set errors = ['e_class_prob'] %}
{% for name in classes_of('muwclass') %}
    {% do errors.append('e_p_' ~ class_column(name)) %}
{% endfor %}

select
    sources.csc_name,
    case
        when draws.class is not null
        then 'classified'
        when has_no_flux
        then 'no_xray_flux'
        when sources.ebv is null
        then 'no_reddening'
        else 'not_trained'
    end as state,
    draws.* exclude (csc_name, ebv, confidence_threshold) replace (
        {% for e in errors -%}
            nullif(draws.{{ e }}, 0) as {{ e }}{{ ',' if not loop.last }}
        {% endfor %}
    ),
    confidence_threshold as confidence,
    training.csc_name is not null as is_training_source
from {{ ref('source_properties') }} as sources
left join {{ ref('muwclass_draws') }} as draws using (csc_name)
left join {{ ref('muwclass_training') }} as training using (csc_name)
order by sources.csc_name
