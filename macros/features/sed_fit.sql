{#- A source's photometry fitted with the spectra of its class and translated into other filters:
    a call of udfs/sed_fit.py, as the vars sed_* say. Arguments are SQL expressions: magnitudes
    and errors are lists in the order of the input filters; a_v is read for extinction = column
    only. `options` take the place of vars: input_filters, output_filters, labels, normalisation,
    extinction, a_v_max, gaia_system, weighting, error_floor_mag. Returns a struct of magnitudes
    (AB), errors, model, template, parameter, a_v, chi2_reduced, n_bands, anchor, scale,
    is_fallback, residuals and reason.

    {{ sed_fit('class', 'spectral_type', 'magnitudes', 'errors', options={'labels': 'blind'}) }} -#}
{% macro sed_fit(source_class, spectral_type, magnitudes, errors, a_v='null', options={}) -%}
    {#- what the fit takes the source for, whatever it is: NULL is anything, LM-STAR without a
        type any star -#}
    {%- set taken_for = {'blind': 'null', 'stellar': "'LM-STAR'"}.get(options.get('labels', var('sed_labels'))) -%}
    sed_fit(
        {{ _sed_setting(options) }},
        {{ taken_for or source_class }},
        {{ 'null' if taken_for else spectral_type }},
        {{ magnitudes }},
        {{ errors }},
        {{ a_v }}
    )
{%- endmacro %}

{#- The vars sed_*, or the options in their place, as the JSON object that function sed_fit
    reads: an SQL literal. -#}
{% macro _sed_setting(options={}) -%}
    {%- set names = [
        'input_filters', 'output_filters', 'normalisation', 'extinction', 'a_v_max', 'gaia_system', 'weighting', 'error_floor_mag',
    ] -%}
    {%- for name in options if name not in names + ['labels'] -%}
        {{ exceptions.raise_compiler_error('sed_fit: there is no option ' ~ name) }}
    {%- endfor -%}
    {%- set setting = {} -%}
    {%- for name in names -%}
        {%- do setting.update({name: options.get(name, var('sed_' ~ name))}) -%}
    {%- endfor -%}
    {{ dbt.string_literal(dbt.escape_single_quotes(tojson(setting))) }}
{%- endmacro %}

{#- The fields of the struct that sed_fit returns. -#}
{% macro sed_fit_fields() -%}
    {{ return([
        'magnitudes', 'errors', 'model', 'template', 'parameter', 'a_v', 'chi2_reduced', 'n_bands', 'anchor', 'scale', 'is_fallback', 'residuals',
        'reason',
    ]) }}
{%- endmacro %}
