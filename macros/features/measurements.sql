{#- What is measured of a source before features are made of it: columns, as a list.
    measurements('muwclass'): X-rays, light and distance, which two classifiers draw from;
    measurements('boosted'): Kumaran et al. 2023, MNRAS 520, 5065, table 2, without place and
    colours, in the archives' units, and measurements('boosted_xray') those of X-rays;
    measurements('umlcaxs'): a detection's, of which var classifiers chooses (Perez-Diaz et al.
    2024, table 1). -#}
{% macro measurements(of) -%}
    {%- set drawn = [] -%}
    {%- for name in ['flux_s', 'flux_m', 'flux_h', 'flux_b', 'gmag', 'bpmag', 'rpmag', 'jmag', 'hmag', 'kmag', 'w1mag', 'w2mag', 'w3mag'] -%}
        {%- do drawn.extend([name, 'e_' ~ name]) -%}
    {%- endfor -%}
    {%- set xray = [
        'flux_aper90_b', 'flux_aper90_h', 'flux_aper90_m', 'flux_aper90_s', 'flux_aper90_u', 'flux_aper90_w', 'var_intra_prob_b',
        'var_intra_index_b', 'kp_intra_prob_b', 'var_inter_prob_b', 'var_inter_index_b', 'var_inter_sigma_b',
    ] -%}
    {{ return({
        'muwclass': drawn + ['var_inter_prob', 'var_intra_prob', 'parallax', 'parallax_error', 'pm', 'rgeo', 'rgeo_lo', 'rgeo_hi'],
        'boosted_xray': xray,
        'boosted': xray + [
            'fuvmag', 'nuvmag', 'u_sdss', 'g_sdss', 'r_sdss', 'i_sdss', 'z_sdss', 'bpmag', 'gmag', 'rpmag', 'jmag', 'hmag', 'kmag',
            'w1mag', 'w2mag', 'w3mag', 'w4mag', 'mips24',
        ],
        'umlcaxs': [
            'hard_hm', 'hard_hs', 'hard_ms', 'powlaw_gamma', 'bb_kt', 'var_prob_b', 'var_ratio_b', 'var_prob_h', 'var_ratio_h',
            'var_prob_s', 'var_ratio_s', 'var_newq_b',
        ],
    }[of]) }}
{%- endmacro %}
