{#- The features that a classifier sees, in their order: names that macro feature knows.
    feature_names('muwclass') are the 54 of Yang et al. 2022, feature_names('boosted',
    'published') those of one of its sets. -#}
{% macro feature_names(classifier, set=none) -%}
    {%- if classifier == 'muwclass' -%} {{ return(_published_features()) }}
    {%- elif classifier == 'lynceus' -%}
        {{ return(var('classifiers').get('lynceus', {}).get('features', [])) }}
    {%- elif classifier == 'boosted' -%}
        {{ return(var('classifiers').get('boosted', {}).get('features', {}).get(set or var('boosted_features'), [])) }}
    {%- elif classifier == 'xclass' -%} {{ return(_xclass_features()) }}
    {%- endif -%}
    {{ exceptions.raise_compiler_error('feature_names: there is no classifier ' ~ classifier) }}
{%- endmacro %}

{#- As in lynceus/physics/source_features.py. -#}
{% macro _published_features() -%}
    {%- set bands = ['G', 'BP', 'RP', 'J', 'H', 'K', 'W1', 'W2', 'W3'] -%}
    {%- set names = ['F_s', 'F_m', 'F_h', 'F_b', 'HR_ms', 'HR_hm', 'HR_h_ms', 'P_inter', 'P_intra'] + bands -%}
    {%- for blue in bands -%}
        {%- for red in bands[loop.index:] -%}
            {%- do names.append(blue ~ '-' ~ red) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}

{#- Rangelov et al., section 4.1 and table 3. Colours are of var sed_output_filters: neighbours,
    those three apart, and first and last, nine for the six filters of PHAT, of which the paper
    names two of the four wide ones; the X-ray flux is compared with F475W and F814W, where these
    are asked for. -#}
{% macro _xclass_features() -%}
    {%- set names = ['log_flux_s', 'log_flux_m', 'log_flux_h', 'log_flux_b', 'hr_sm', 'hr_mh', 'hr_sh', 'hr_bm'] -%}
    {%- set filters, colours = [], [] -%}
    {%- for name in var('sed_output_filters') -%}
        {%- do filters.append(name.split('_')[-1] | upper) -%}
    {%- endfor -%}
    {%- for step in [1, 3] -%}
        {%- for blue in range([filters | length - step, 0] | max) -%}
            {%- do colours.append(filters[blue] ~ '-' ~ filters[blue + step]) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if filters | length > 2 and filters[0] ~ '-' ~ filters[-1] not in colours -%}
        {%- do colours.append(filters[0] ~ '-' ~ filters[-1]) -%}
    {%- endif -%}
    {%- for name in ['acs_wfc_f475w', 'acs_wfc_f814w'] if name in var('sed_output_filters') -%}
        {%- do colours.append('log_fx_' ~ name.split('_')[-1] | upper) -%}
    {%- endfor -%}
    {{ return(names + colours + ['sigma_eff', 'nu', 'significance', 'BP-RP', 'G-RP', 'pm', 'is_galactic_parallax']) }}
{%- endmacro %}
