{#- A query: the columns `keys` of a relation with the columns of source_property_columns, and `features`, the list of the features
    `names` in their order, NULL where missing. A magnitude at the depth of its survey or fainter is missing
    (Yang et al. 2022, section 3.3). -#}
{% macro source_feature_vectors(relation, keys, names) -%}
    select
        {{ keys | join(',\n        ') }},
        [
            {% for name in names -%}
            {{ finite(source_feature(name)) }}{{ ',' if not loop.last }}  -- {{ name }}
            {% endfor -%}
        ]::double[] as features
    from (
        select
            {{ keys | join(',\n            ') }},
            flux_s as soft,
            flux_m as medium,
            flux_h as hard,
            flux_s + flux_m + flux_h as broad,
            {% for band in source_feature_bands() -%}
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
                {% for band in source_feature_bands() -%}
                any_value(depth_mag) filter (lower(band) = '{{ band }}') as depth_{{ band }},
                any_value(log10(zero_point_flux * effective_width)) filter (lower(band) = '{{ band }}') as log10_zero_flux_{{ band }}{{ ',' if not loop.last }}
                {% endfor -%}
            from {{ ref('photometric_bands') }}
        )
    )
{%- endmacro %}
