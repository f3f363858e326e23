{#- What is measured of a source for the boosted trees (Kumaran et al. 2023, MNRAS 520, 5065, Table
    2; without place and colours): the names of the columns, in the archives' units. -#}
{% macro boosted_measurements() -%}
    {{ return(boosted_xray_measurements() + boosted_bands().values() | reject('equalto', 'm24') | list + ['mips24']) }}
{%- endmacro %}

{% macro boosted_xray_measurements() -%}
    {{ return(['flux_aper90_b', 'flux_aper90_h', 'flux_aper90_m', 'flux_aper90_s', 'flux_aper90_u', 'flux_aper90_w', 'var_intra_prob_b',
        'var_intra_index_b', 'kp_intra_prob_b', 'var_inter_prob_b', 'var_inter_index_b', 'var_inter_sigma_b']) }}
{%- endmacro %}

{#- The bands that have magnitudes, and the column of each; M24 is the flux density at 24 micron as
    a magnitude. -#}
{% macro boosted_bands() -%}
    {{ return({
        'FUV': 'fuvmag', 'NUV': 'nuvmag', 'u_sdss': 'u_sdss', 'g_sdss': 'g_sdss', 'r_sdss': 'r_sdss', 'i_sdss': 'i_sdss',
        'z_sdss': 'z_sdss', 'BP': 'bpmag', 'G': 'gmag', 'RP': 'rpmag', 'J': 'jmag', 'H': 'hmag', 'K': 'kmag',
        'W1': 'w1mag', 'W2': 'w2mag', 'W3': 'w3mag', 'W4': 'w4mag', 'M24': 'm24',
    }) }}
{%- endmacro %}
