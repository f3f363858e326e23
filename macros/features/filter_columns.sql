{#- The filters of the raw table hsc as the Hubble Source Catalog writes them: A is ACS/WFC, W3
    is WFC3.

    hsc_filters() is ['A_F435W', ...] -#}
{% macro hsc_filters() -%}
    {{ return([
        'A_F435W', 'A_F475W', 'A_F555W', 'A_F606W', 'A_F625W', 'A_F775W', 'A_F814W', 'A_F850LP',
        'W3_F225W', 'W3_F275W', 'W3_F336W', 'W3_F390W', 'W3_F475W', 'W3_F555W', 'W3_F606W', 'W3_F814W',
        'W3_F098M', 'W3_F105W', 'W3_F110W', 'W3_F125W', 'W3_F140W', 'W3_F160W',
    ]) }}
{%- endmacro %}

{#- The column of staging model stg_hsc__sources that a filter of seed sed_filters is measured
    in, NULL where Hubble has no such filter. -#}
{% macro hsc_magnitude(name) -%}
    {%- set column = name.replace('wfc3_uvis_', 'w3_').replace('wfc3_ir_', 'w3_').replace('acs_wfc_', 'a_') -%}
    {{ return(column if column in hsc_filters() | map('lower') | list else 'null::double') }}
{%- endmacro %}

{#- The columns of xclass_ground that hold the magnitudes of var sed_input_filters, or their
    errors with prefix `e_`, as a list. -#}
{% macro xclass_photometry(prefix='') -%}
    {%- set known = {
        'panstarrs_g': 'g_psf_mag', 'panstarrs_r': 'r_psf_mag', 'panstarrs_i': 'i_psf_mag', 'panstarrs_z': 'z_psf_mag', 'panstarrs_y': 'y_psf_mag',
        'gaia_bp': 'bpmag', 'gaia_g': 'gmag', 'gaia_rp': 'rpmag', 'twomass_J': 'jmag', 'twomass_H': 'hmag', 'twomass_Ks': 'kmag',
    } -%}
    {%- for filter in var('sed_input_filters') if filter not in known -%}
        {{ exceptions.raise_compiler_error('var sed_input_filters: XClass has no photometry in ' ~ filter ~ '; it has ' ~ known | join(', ')) }}
    {%- endfor -%}
    [
        {% for filter in var('sed_input_filters') %}
            {{ prefix }}{{ known[filter] }}{{ ', ' if not loop.last }}
        {% endfor %}
    ]::double[]
{%- endmacro %}
