{#- The features of XClass by name, in their order, with the SQL of each: Rangelov et al., section 4.1 and table 3. The relation has fluxes
    (erg/s/cm2), `magnitudes`, the list of AB magnitudes in the filters of var sed_output_filters, and the columns that macro
    xclass_feature_vectors passes on. -#}
{% macro xclass_features() -%}
    {%- set features = {} -%}
    {%- for band in ['s', 'm', 'h', 'b'] -%}
        {%- do features.update({'log_flux_' ~ band: positive_log10('flux_' ~ band)}) -%}
    {%- endfor -%}
    {%- for first, second in ['sm', 'mh', 'sh', 'bm'] -%}
        {%- set a, b = 'flux_' ~ first, 'flux_' ~ second -%}
        {%- do features.update({'hr_' ~ first ~ second: '(' ~ a ~ ' - ' ~ b ~ ') / nullif(' ~ a ~ ' + ' ~ b ~ ', 0)'}) -%}
    {%- endfor -%}
    {%- set filters = var('sed_output_filters') -%}
    {%- for blue, red in xclass_colours() -%}
        {%- set name = short_filter(filters[blue]) ~ '-' ~ short_filter(filters[red]) -%}
        {%- do features.update({name: 'magnitudes[' ~ (blue + 1) ~ '] - magnitudes[' ~ (red + 1) ~ ']'}) -%}
    {%- endfor -%}
    {%- for filter in var('xclass_ratio_filters') if filter in filters -%}
        {#- f_nu of an AB magnitude: 48.60 is that of 1 erg/s/cm2/Hz -#}
        {%- set magnitude = 'magnitudes[' ~ (filters.index(filter) + 1) ~ ']' -%}
        {%- do features.update({'log_fx_' ~ short_filter(filter): positive_log10('flux_b') ~ ' + 0.4 * (' ~ magnitude ~ ' + 48.60)'}) -%}
    {%- endfor -%}
    {#- remnants are matched at a fixed radius: a larger nu would say that they are -#}
    {%- do features.update({
        'sigma_eff': 'sigma_eff_arcsec', 'nu': 'least(nu, ' ~ var('xclass_nu_excluded') ~ ')', 'significance': 'significance', 'BP-RP': 'bpmag - rpmag', 'G-RP': 'gmag - rpmag', 'pm': 'pm',
        'is_galactic_parallax': '(parallax > ' ~ var('xclass_galactic_parallax_mas') ~ ')::integer',
    }) -%}
    {{ return(features) }}
{%- endmacro %}

{#- A query: the columns `keys` of a relation, and `features`, the list of the features in their order, NULL where missing. -#}
{% macro xclass_feature_vectors(relation, keys) -%}
    select
        {{ keys | join(',\n        ') }},
        [
            {% for name, formula in xclass_features().items() -%}
            {{ finite(formula) }}{{ ',' if not loop.last }}  -- {{ name }}
            {% endfor -%}
        ]::double[] as features
    from {{ relation }}
{%- endmacro %}
