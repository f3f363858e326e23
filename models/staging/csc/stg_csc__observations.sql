with source as (select * from {{ source('csc', 'csc_observation') }})

select
    -- ids
    name as csc_name,
    obsid,
    obi,
    region_id,
    instrument,

    -- time and place
    try_cast(gti_obs as timestamp) as gti_obs,
    try_cast(gti_end as timestamp) as gti_end,
    {{ number('livetime') }} as livetime,
    {{ number('theta') }} as theta,
    {{ number('phi') }} as phi,

    -- detection
    {{ number('flux_significance_b') }} as flux_significance_b,
    conf_code,
    extent_code,
    {{ number('pileup_warning') }} as pileup_warning,
    sat_src_flag,
    streak_src_flag,

    -- counts and fluxes, each with its 68 % limits
    {{ with_limits('src_cnts_aper90', 'b') }},
    {% for band in ['b', 'h', 'm', 's'] %} {{ with_limits('flux_aper90', band) }}, {% endfor %}

    -- hardness and spectral fits
    {% for quantity in ['hard_hm', 'hard_hs', 'hard_ms', 'powlaw_gamma', 'powlaw_nh', 'bb_kt'] %}
        {{ number(quantity) }} as {{ quantity }},
    {% endfor %}

    -- variability
    {% for quantity in ['var_index_b', 'ks_prob_b', 'kp_prob_b'] %}
        {{ number(quantity) }} as {{ quantity }},
    {% endfor %}
    {% for band in ['b', 'h', 'm', 's'] %}
        {% for quantity in ['prob', 'mean', 'sigma', 'min', 'max'] %}
            {{ number('var_' ~ quantity ~ '_' ~ band) }} as var_{{ quantity }}_{{ band }},
        {% endfor %}
    {% endfor %}
from source
