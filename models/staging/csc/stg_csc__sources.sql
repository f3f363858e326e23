with source as (select * from {{ source('csc', 'csc_master') }})

select
    -- ids
    name as csc_name,

    -- position
    ra,
    dec,
    {{ number('err_ellipse_r0') }} as err_ellipse_r0,
    {{ number('err_ellipse_r1') }} as err_ellipse_r1,
    {{ number('err_ellipse_ang') }} as err_ellipse_ang,

    -- detection
    {{ number('significance') }} as significance,
    likelihood_class,
    {% for flag in ['conf', 'dither_warning', 'extent', 'pileup', 'sat_src', 'streak_src', 'var', 'var_inter_hard'] %}
        {{ flag }}_flag,
    {% endfor %}

    -- fluxes, hardness and spectral fits, each with its 68 % limits
    {% for band in ['b', 'h', 'm', 's'] %} {{ with_limits('flux_aper90', band) }}, {% endfor %}
    {{ with_limits('flux_aper', 'b') }},
    {{ with_limits('photflux_aper', 'b') }},
    {% for quantity in ['hard_hm', 'hard_hs', 'hard_ms', 'powlaw_gamma', 'powlaw_nh', 'bb_kt'] %}
        {{ with_limits(quantity) }},
    {% endfor %}
    {{ number('nh_gal') }} as nh_gal,

    -- variability
    {% for quantity in [
        'var_intra_prob_b', 'var_intra_index_b', 'ks_intra_prob_b', 'kp_intra_prob_b',
        'var_inter_prob_b', 'var_inter_index_b', 'var_inter_sigma_b',
    ] %}
        {{ number(quantity) }} as {{ quantity }},
    {% endfor %}
from source
