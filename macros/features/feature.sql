{#- The registry of features of an X-ray source: the SQL of a feature by its name, which says the
    same for every classifier.

    over what the archives measure                  NAME                a column of macro measurements, or log10_flux_h and the like
    the place (deg)                                 glon, glat
    a colour (mag)                                  G-J, F475W-F814W    of the bands of macro feature_bands
    X-rays over X-rays, over light (dex)            h/m, sigma/b, b/G   Kumaran et al. 2023, MNRAS 520, 5065: log10 of flux plus 0.4 mag
    a share of the broad X-ray flux (dex)           F_s, G              Yang et al. 2022, ApJ 941, 104, section 4.3
    hardness                                        HR_ms, hr_sm        the second: Rangelov et al., section 4.1
    of the distance (pc) and motion (mas/yr)        G_absolute, log10_luminosity

    feature('G-J') is gmag - jmag. A feature of which a part is missing is NULL. Shares of the
    broad flux are of macro limited_photometry. Draws from the errors compute the same in
    lynceus/physics/source_features.py; a test keeps them equal. -#}
{% macro feature(name) -%}
    {%- set known, bands, xray = _known_features(), feature_bands(), ['b', 'h', 'm', 's', 'u', 'w'] -%}
    {%- set ends = name.split('/') if '/' in name else name.split('-') -%}
    {%- if name in known -%} {{ known[name] }}
    {%- elif name in measurements('boosted') -%} {{ name }}
    {%- elif name in bands -%}
        log10_zero_flux_{{ name | lower }} - 0.4 * {{ bands[name] }} - {{ known['F_b'] }}
    {%- elif ends | length == 2 and '-' in name and ends[0] in bands and ends[1] in bands -%}
        {{ bands[ends[0]] }} - {{ bands[ends[1]] }}
    {%- elif ends | length == 2 and ends[0] in xray and ends[1] in bands -%}
        {{ positive_log10('flux_aper90_' ~ ends[0]) }} + 0.4 * {{ bands[ends[1]] }}
    {%- elif ends | length == 2 and ends[0] in xray and ends[1] in xray -%}
        {{ positive_log10('flux_aper90_' ~ ends[0]) }}
        - {{ positive_log10('flux_aper90_' ~ ends[1]) }}
    {%- else -%}
        {{ exceptions.raise_compiler_error('there is no feature ' ~ name ~ '; known are ' ~ known | join(', ') ~ ', ' ~ measurements('boosted') | join(', ')
            ~ ', bands and pairs as G-J, h/m and b/G of the bands ' ~ (xray + bands | list) | join(', ')) }}
    {%- endif -%}
{%- endmacro %}

{#- Features that have a name of their own. -#}
{% macro _known_features() -%}
    {%- set log10_broad = positive_log10('broad') -%}
    {%- set known = {
        'glon': galactic_longitude('ra', 'dec'),
        'glat': galactic_latitude('ra', 'dec'),
        'F_s': positive_log10('flux_s') ~ ' - ' ~ log10_broad,
        'F_m': positive_log10('flux_m') ~ ' - ' ~ log10_broad,
        'F_h': positive_log10('flux_h') ~ ' - ' ~ log10_broad,
        'F_b': log10_broad,
        'HR_ms': '(flux_m - flux_s) / nullif(flux_m + flux_s, 0)',
        'HR_hm': '(flux_h - flux_m) / nullif(flux_h + flux_m, 0)',
        'HR_h_ms': '(flux_h - flux_m - flux_s) / nullif(broad, 0)',
        'P_inter': 'var_inter_prob',
        'P_intra': 'var_intra_prob',
        'sigma/b': positive_log10('var_inter_sigma_b') ~ ' - ' ~ positive_log10('flux_aper90_b'),
        'parallax': 'parallax',
        'parallax_over_error': 'parallax / nullif(parallax_error, 0)',
        'pm': 'pm',
        'rgeo': 'rgeo',
        'rgeo_relative_width': '(rgeo_hi - rgeo_lo) / nullif(rgeo, 0)',
        'log10_luminosity': log10_broad ~ ' + 2 * ' ~ positive_log10('rgeo'),
        'G_absolute': 'gmag - 5 * ' ~ positive_log10('rgeo') ~ ' + 5',
        'K_absolute': 'kmag - 5 * ' ~ positive_log10('rgeo') ~ ' + 5',
        'G_reduced': 'gmag + 5 * ' ~ positive_log10('pm') ~ ' - 10',
        'log10_tangential_velocity': positive_log10('pm') ~ ' + ' ~ positive_log10('rgeo') ~ ' + log10(4.74047e-3)',
        'sigma_eff': 'sigma_eff_arcsec',
        'nu': 'least(nu, ' ~ var('xclass_nu_excluded') ~ ')',
        'significance': 'significance',
        'is_galactic_parallax': '(parallax > 0.5)::integer',
    } -%}
    {%- for band in ['s', 'm', 'h', 'b'] -%}
        {%- do known.update({'log_flux_' ~ band: positive_log10('flux_' ~ band)}) -%}
    {%- endfor -%}
    {%- for a, b in ['sm', 'mh', 'sh', 'bm'] -%}
        {%- set a_b = ('flux_' ~ a, 'flux_' ~ b) -%}
        {%- do known.update({'hr_' ~ a ~ b: '(' ~ a_b | join(' - ') ~ ') / nullif(' ~ a_b | join(' + ') ~ ', 0)'}) -%}
    {%- endfor -%}
    {#- X-rays over light in Hubble's filters; f_nu of an AB magnitude: 48.60 is that of 1
        erg/s/cm2/Hz -#}
    {%- for name in var('sed_output_filters') -%}
        {%- set short = name.split('_')[-1] | upper -%}
        {%- do known.update({'log_fx_' ~ short: positive_log10('flux_b') ~ ' + 0.4 * (' ~ feature_bands()[short] ~ ' + 48.60)'}) -%}
    {%- endfor -%}
    {{ return(known) }}
{%- endmacro %}

{#- The bands that have magnitudes, and the column or SQL of each: M24 is the flux density at 24
    micron as a magnitude; F475W and the like are those of var sed_output_filters, by their short
    names. -#}
{% macro feature_bands() -%}
    {%- set bands = {
        'FUV': 'fuvmag', 'NUV': 'nuvmag', 'u_sdss': 'u_sdss', 'g_sdss': 'g_sdss', 'r_sdss': 'r_sdss', 'i_sdss': 'i_sdss',
        'z_sdss': 'z_sdss', 'BP': 'bpmag', 'G': 'gmag', 'RP': 'rpmag', 'J': 'jmag', 'H': 'hmag', 'K': 'kmag',
        'W1': 'w1mag', 'W2': 'w2mag', 'W3': 'w3mag', 'W4': 'w4mag', 'M24': '(-2.5 * ' ~ positive_log10('mips24') ~ ')',
    } -%}
    {%- for name in var('sed_output_filters') -%}
        {%- do bands.update({name.split('_')[-1] | upper: 'magnitudes[' ~ loop.index ~ ']'}) -%}
    {%- endfor -%}
    {{ return(bands) }}
{%- endmacro %}

{#- log10 of what is above zero, else NULL: DuckDB stops at the logarithm of zero. -#}
{% macro positive_log10(x) -%} (case when {{ x }} > 0 then log10({{ x }}) end) {%- endmacro %}
