-- What the classifier sees of every X-ray detection, and why it does not see it: Perez-Diaz et al.
-- 2024, section 2 and Table 1.
{% set features = var('classifiers').get('umlcaxs', {}).get('features', []) %}
{% set properties = features | map(attribute='name') | list %}
{% set fits = ['powlaw_gamma', 'bb_kt'] | select('in', properties) | list %}
with
    detections as (
        select
            concat_ws(' ', csc_name, obsid, obi, region_id) as detection_id,
            csc_name,
            obsid,
            obi,
            region_id,
            gti_obs,
            flux_significance_b,
            hard_hm,
            hard_hs,
            hard_ms,
            powlaw_gamma,
            bb_kt,
            {% for band in ['b', 'h', 's'] -%}
                var_prob_{{ band }},
                {% if var('umlcaxs_variability_ratio') == 'sigma_over_mean' -%}
                    var_sigma_{{ band }} / nullif(var_mean_{{ band }}, 0) as var_ratio_{{ band }},
                {% else -%}
                    var_mean_{{ band }} / nullif(var_sigma_{{ band }}, 0) as var_ratio_{{ band }},
                {% endif -%}
            {% endfor -%}
            (var_max_b + var_min_b) / (2 * nullif(var_mean_b, 0)) as var_newq_b
        from {{ ref('stg_csc__observations') }}
    )

select
    *,
    case
        when not coalesce(flux_significance_b > {{ var('umlcaxs_min_significance') }}, false)
        then 'too faint'
        {% if fits -%}
            when {{ fits | join(' is null or ') }} is null then 'no spectral fit'
        {% endif -%}
        {% for entry in features -%}
            when {{ entry.name }} is null
            then 'no {{ entry.name }}'
            {% if entry.kind == 'log' -%}
                when {{ entry.name }} < 0 then '{{ entry.name }} below 0'
            {% endif -%}
        {% endfor -%}
    end as not_used_because
from detections
order by csc_name, obsid, obi, region_id
