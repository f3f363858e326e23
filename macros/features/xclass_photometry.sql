{#- The columns of xclass_ground that hold the magnitudes of var sed_input_filters, or their errors with prefix `e_`, as a list. -#}
{% macro xclass_photometry(prefix='') -%}
    {%- set known = {
        'panstarrs_g': 'g_psf_mag', 'panstarrs_r': 'r_psf_mag', 'panstarrs_i': 'i_psf_mag', 'panstarrs_z': 'z_psf_mag', 'panstarrs_y': 'y_psf_mag',
        'gaia_bp': 'bpmag', 'gaia_g': 'gmag', 'gaia_rp': 'rpmag', 'twomass_J': 'jmag', 'twomass_H': 'hmag', 'twomass_Ks': 'kmag',
    } -%}
    {%- for filter in var('sed_input_filters') if filter not in known -%}
        {{ exceptions.raise_compiler_error('var sed_input_filters: XClass has no photometry in ' ~ filter ~ '; it has ' ~ known | join(', ')) }}
    {%- endfor -%}
    [{% for filter in var('sed_input_filters') %}{{ prefix }}{{ known[filter] }}{{ ', ' if not loop.last }}{% endfor %}]::double[]
{%- endmacro %}
