{#- The SQL of one feature of a source, by its name, over the columns that macro source_feature_vectors prepares: fluxes s, m, h and
    their sum; for each band (letters small) a magnitude, and the logarithm of the flux of magnitude 0; astrometry.
    The features of Yang et al. (2022), section 4.3, and those of var lynceus_features that need a distance. The same formulas
    serve draws from the errors in lynceus/physics/source_features.py and lynceus/learning/boosted_trees.py. -#}
{% macro source_feature(name) -%}
    {%- set log10_broad = positive_log10('broad') -%}
    {%- set known = {
        'F_s': positive_log10('soft') ~ ' - ' ~ log10_broad,
        'F_m': positive_log10('medium') ~ ' - ' ~ log10_broad,
        'F_h': positive_log10('hard') ~ ' - ' ~ log10_broad,
        'F_b': log10_broad,
        'HR_ms': '(medium - soft) / nullif(medium + soft, 0)',
        'HR_hm': '(hard - medium) / nullif(hard + medium, 0)',
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
    {%- if name in known -%}
        {{ known[name] }}
    {%- elif name | lower in source_feature_bands() -%}
        log10_zero_flux_{{ name | lower }} - 0.4 * {{ name | lower }} - {{ log10_broad }}
    {%- else -%}
        {%- set pair = name.lower().split('-') -%}
        {%- if pair | length != 2 or pair[0] not in source_feature_bands() or pair[1] not in source_feature_bands() -%}
            {{ exceptions.raise_compiler_error('var lynceus_features: no feature ' ~ name ~ '; known are ' ~ known | join(', ') ~ ', bands and colours') }}
        {%- endif -%}
        {{ pair[0] }} - {{ pair[1] }}
    {%- endif -%}
{%- endmacro %}

{% macro source_feature_bands() -%}
    {{ return(['g', 'bp', 'rp', 'j', 'h', 'k', 'w1', 'w2', 'w3']) }}
{%- endmacro %}

{#- log10 of what is above zero, else NULL: DuckDB stops at the logarithm of zero. -#}
{% macro positive_log10(x) -%}
    (case when {{ x }} > 0 then log10({{ x }}) end)
{%- endmacro %}
