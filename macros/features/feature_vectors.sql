{#- A query: the columns `keys` of a relation, and `features`, the list of the features `names` in
    their order, NULL where missing. The relation has the columns of macro source_property_columns
    (vocabulary source), those of boosted_measurements with ra and dec (boosted), or fluxes,
    `magnitudes` and what else feature_registry('xclass') names. feature_vectors('sources',
    ['csc_name'], var('lynceus_features'), 'source'). -#}
{% macro feature_vectors(relation, keys, names, vocabulary) -%}
    {%- set registry = feature_registry(vocabulary) -%}
    {%- for name in names if name not in registry -%}
        {{ exceptions.raise_compiler_error('no feature ' ~ name ~ ' in vocabulary ' ~ vocabulary ~ ' of macro feature_registry') }}
    {%- endfor -%}
    select
        {{ keys | join(',\n        ') }},
        [
            {% for name in names -%}
            {{ finite(registry[name]) }}{{ ',' if not loop.last }}  -- {{ name }}
            {% endfor -%}
        ]::double[] as features
    from {% if vocabulary == 'xclass' %}{{ relation }}{% else %}({{ feature_columns(relation, keys, vocabulary) }}){% endif %}
{%- endmacro %}

{#- The columns that features are made of: magnitudes, of the vocabulary source those above the
    depth of their survey (Yang et al. 2022, section 3.3); for boosted also the flux density at 24
    micron as a magnitude, and Galactic coordinates. -#}
{% macro feature_columns(relation, keys, vocabulary) -%}
    {% if vocabulary == 'source' %}
    {%- set bands = source_feature_bands().values() -%}
        select
            {{ keys | join(',\n            ') }},
            flux_s as soft,
            flux_m as medium,
            flux_h as hard,
            flux_s + flux_m + flux_h as broad,
            {% for band in bands -%}
            case when {{ band }}mag < depth_{{ band }} then {{ band }}mag end as {{ band }},
            log10_zero_flux_{{ band }},
            {% endfor -%}
            var_inter_prob,
            var_intra_prob,
            parallax,
            parallax_error,
            pm,
            rgeo,
            rgeo_lo,
            rgeo_hi
        from {{ relation }}
        cross join (
            select
                {% for band in bands -%}
                any_value(depth_mag) filter (lower(band) = '{{ band }}') as depth_{{ band }},
                any_value(log10(zero_point_flux * effective_width)) filter (lower(band) = '{{ band }}') as log10_zero_flux_{{ band }}{{ ',' if not loop.last }}
                {% endfor -%}
            from {{ ref('photometric_bands') }}
        )
    {% else %}
        select
            *,
            -2.5 * {{ positive_log10('mips24') }} as m24,
            {{ galactic_longitude('ra', 'dec') }} as glon,
            {{ galactic_latitude('ra', 'dec') }} as glat
        from {{ relation }}
    {% endif %}
{%- endmacro %}
