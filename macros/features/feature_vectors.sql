{#- A query: the columns `keys` of a relation, and `features`, the list of the features `names`
    (macro feature) in their order, NULL where missing. feature_vectors('sources', ['csc_name'],
    feature_names('boosted')) -#}
{% macro feature_vectors(relation, keys, names) -%}
    select
        {{ keys | join(',\n        ') }},
        [
            {% for name in names -%}
                {{ finite(feature(name)) }}{{ ',' if not loop.last }}  -- {{ name }}
            {% endfor -%}
        ]::double[] as features
    from {{ relation }}
{%- endmacro %}

{#- A relation with the columns of measurements('muwclass') as a query that shares of the broad
    flux are computed of: a magnitude at the depth of its survey or fainter is missing (Yang et
    al. 2022, section 3.3), `broad` is the sum of three bands, log10_zero_flux_<band> that of
    magnitude 0. -#}
{% macro limited_photometry(relation) -%}
    {%- set bands = {'g': 'gmag', 'bp': 'bpmag', 'rp': 'rpmag', 'j': 'jmag', 'h': 'hmag', 'k': 'kmag', 'w1': 'w1mag', 'w2': 'w2mag', 'w3': 'w3mag'} -%}
    (
        select
            * replace (
                {% for band, column in bands.items() -%}
                    case
                        when {{ column }} < depth_{{ band }} then {{ column }}
                    end as {{ column }}{{ ',' if not loop.last }}
                {% endfor -%}
            ),
            flux_s + flux_m + flux_h as broad
        from {{ relation }}
        cross join
            (
                select
                    {% for band in bands -%}
                        any_value(depth_mag) filter (
                            lower(band) = '{{ band }}'
                        ) as depth_{{ band }},
                        any_value(log10(zero_point_flux * effective_width)) filter (
                            lower(band) = '{{ band }}'
                        ) as log10_zero_flux_{{ band }}{{ ',' if not loop.last }}
                    {% endfor -%}
                from {{ ref('photometric_bands') }}
            )
    )
{%- endmacro %}
