{#- How every feature of a classifier is computed: a mapping of its name to SQL, over the columns
    that macro feature_vectors prepares. Vocabularies: source (muwclass, lynceus), boosted, xclass.
    Forms that they share are macros of feature_forms. feature_registry('source')['G-J'] is g - j. -#}
{% macro feature_registry(vocabulary) -%}
    {%- if vocabulary == 'source' -%}
        {{ return(source_feature_registry()) }}
    {%- elif vocabulary == 'boosted' -%}
        {{ return(boosted_feature_registry()) }}
    {%- else -%}
        {{ return(xclass_feature_registry()) }}
    {%- endif -%}
{%- endmacro %}

{#- The features of Yang et al. (2022), section 4.3: fluxes over the broad-band flux as logarithms,
    hardness, variability, colours; and what needs a parallax or a distance.
    lynceus/physics/source_features.py has the same formulas for draws from the errors (a test
    compares them). -#}
{% macro source_feature_registry() -%}
    {%- set bands, log10_broad = source_feature_bands(), positive_log10('broad') -%}
    {%- set known = {
        'F_s': positive_log10('soft') ~ ' - ' ~ log10_broad,
        'F_m': positive_log10('medium') ~ ' - ' ~ log10_broad,
        'F_h': positive_log10('hard') ~ ' - ' ~ log10_broad,
        'F_b': log10_broad,
        'HR_ms': hardness('medium', 'soft'),
        'HR_hm': hardness('hard', 'medium'),
        'HR_h_ms': '(hard - medium - soft) / nullif(broad, 0)',
        'P_inter': 'var_inter_prob',
        'P_intra': 'var_intra_prob',
        'parallax': 'parallax',
        'parallax_over_error': 'parallax / nullif(parallax_error, 0)',
        'pm': 'pm',
        'rgeo': 'rgeo',
        'rgeo_relative_width': '(rgeo_hi - rgeo_lo) / nullif(rgeo, 0)',
        'log10_luminosity': log10_broad ~ ' + 2 * ' ~ positive_log10('rgeo'),
        'G_absolute': 'g - 5 * ' ~ positive_log10('rgeo') ~ ' + 5',
        'K_absolute': 'k - 5 * ' ~ positive_log10('rgeo') ~ ' + 5',
        'G_reduced': 'g + 5 * ' ~ positive_log10('pm') ~ ' - 10',
        'log10_tangential_velocity': positive_log10('pm') ~ ' + ' ~ positive_log10('rgeo') ~ ' + log10(4.74047e-3)',
    } -%}
    {%- for name, column in bands.items() -%}
        {%- do known.update({name: 'log10_zero_flux_' ~ column ~ ' - 0.4 * ' ~ column ~ ' - ' ~ log10_broad}) -%}
    {%- endfor -%}
    {{ return(dict(known, **all_colours(bands))) }}
{%- endmacro %}

{% macro source_feature_bands() -%}
    {{ return({'G': 'g', 'BP': 'bp', 'RP': 'rp', 'J': 'j', 'H': 'h', 'K': 'k', 'W1': 'w1', 'W2': 'w2', 'W3': 'w3'}) }}
{%- endmacro %}

{#- The features of Kumaran et al. (2023), table 2, and ours: measurements; Galactic coordinates
    (deg); colours, as G-J; ratios of X-ray bands, as h/m (log10), and of X-rays to light, as b/G
    (log10 of flux plus 0.4 mag); the spread between observations over the flux, sigma/b (log10). -#}
{% macro boosted_feature_registry() -%}
    {%- set known, bands = {'glon': 'glon', 'glat': 'glat'}, boosted_bands() -%}
    {%- for name in boosted_measurements() -%}
        {%- do known.update({name: name}) -%}
    {%- endfor -%}
    {%- for one in ['b', 'h', 'm', 's', 'u', 'w'] -%}
        {%- set flux = positive_log10('flux_aper90_' ~ one) -%}
        {%- for other in ['b', 'h', 'm', 's', 'u', 'w'] -%}
            {%- do known.update({one ~ '/' ~ other: flux ~ ' - ' ~ positive_log10('flux_aper90_' ~ other)}) -%}
        {%- endfor -%}
        {%- for band, column in bands.items() -%}
            {%- do known.update({one ~ '/' ~ band: flux ~ ' + 0.4 * ' ~ column}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do known.update({'sigma/b': positive_log10('var_inter_sigma_b') ~ ' - ' ~ positive_log10('flux_aper90_b')}) -%}
    {{ return(dict(known, **all_colours(bands))) }}
{%- endmacro %}

{#- The features of XClass in their order: Rangelov et al., section 4.1 and table 3. `magnitudes` is
    the list of AB magnitudes in the filters of var sed_output_filters. -#}
{% macro xclass_feature_registry() -%}
    {%- set features, filters = {}, var('sed_output_filters') -%}
    {%- for band in ['s', 'm', 'h', 'b'] -%}
        {%- do features.update({'log_flux_' ~ band: positive_log10('flux_' ~ band)}) -%}
    {%- endfor -%}
    {%- for first, second in ['sm', 'mh', 'sh', 'bm'] -%}
        {%- do features.update({'hr_' ~ first ~ second: hardness('flux_' ~ first, 'flux_' ~ second)}) -%}
    {%- endfor -%}
    {%- for blue, red in xclass_colours() -%}
        {%- set name = short_filter(filters[blue]) ~ '-' ~ short_filter(filters[red]) -%}
        {%- do features.update({name: 'magnitudes[' ~ (blue + 1) ~ '] - magnitudes[' ~ (red + 1) ~ ']'}) -%}
    {%- endfor -%}
    {%- for filter in var('xclass_ratio_filters') if filter in filters -%}
        {#- f_nu of an AB magnitude: 48.60 is that of 1 erg/s/cm2/Hz -#}
        {%- set magnitude = 'magnitudes[' ~ (filters.index(filter) + 1) ~ ']' -%}
        {%- do features.update({'log_fx_' ~ short_filter(filter): positive_log10('flux_b') ~ ' + 0.4 * (' ~ magnitude ~ ' + 48.60)'}) -%}
    {%- endfor -%}
    {#- remnants are matched at a fixed radius: a larger nu would give them away -#}
    {%- do features.update({
        'sigma_eff': 'sigma_eff_arcsec',
        'nu': 'least(nu, ' ~ var('xclass_nu_excluded') ~ ')',
        'significance': 'significance',
        'BP-RP': 'bpmag - rpmag',
        'G-RP': 'gmag - rpmag',
        'pm': 'pm',
        'is_galactic_parallax': '(parallax > ' ~ var('xclass_galactic_parallax_mas') ~ ')::integer',
    }) -%}
    {{ return(features) }}
{%- endmacro %}
