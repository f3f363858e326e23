{#- The light of chosen counterparts: the rows of `choices` (a relation with an id, or NULL, of
    each of the five surveys) with magnitudes, errors, astrometry and distance. W1 and W2 come
    from the first of AllWISE, CatWISE2020 and unWISE that has the magnitude, and the error from
    the same (Yang et al. 2022, ApJ 941, 104, section 2.3).

    {{ multiwavelength_columns('choices') }} -#}
{% macro multiwavelength_columns(choices) -%}
    {% set ids = counterpart_ids() %}
    select
        choices.*,
        {% for survey, bands in {'gaia': ['g', 'bp', 'rp'], 'twomass': ['j', 'h', 'k']}.items() %}
            {% for band in bands %}
                {{ survey }}.{{ band }}mag, {{ survey }}.e_{{ band }}mag,
            {% endfor %}
        {% endfor %}
        {% for band in ['w1', 'w2'] %}
            coalesce(
                allwise.{{ band }}mag, catwise.{{ band }}mag, unwise.{{ band }}mag
            ) as {{ band }}mag,
            case
                {% for wise in ['allwise', 'catwise', 'unwise'] %}
                    when {{ wise }}.{{ band }}mag is not null then {{ wise }}.e_{{ band }}mag
                {% endfor %}
            end as e_{{ band }}mag,
            case
                {% for wise in ['allwise', 'catwise', 'unwise'] %}
                    when {{ wise }}.{{ band }}mag is not null then '{{ wise }}'
                {% endfor %}
            end as {{ band }}_origin,
        {% endfor %}
        allwise.w3mag,
        allwise.e_w3mag,
        gaia.parallax,
        gaia.parallax_error,
        gaia.pm,
        gaia.rgeo,
        gaia.rgeo_lo,
        gaia.rgeo_hi,
        {% for id in ids.values() %}
            (choices.{{ id }} is not null)::integer{{ ' + ' if not loop.last }}
        {% endfor %} as n_surveys
    from {{ choices }} as choices
    {% for survey, id in ids.items() %}
        left join
            (
                select * from {{ ref('survey_photometry') }} where survey = '{{ survey }}'
            ) as {{ survey }}
            on choices.{{ id }} = {{ survey }}.{{ id }}
    {% endfor %}
{%- endmacro %}

{#- The surveys that counterparts are taken from, and the id of each. -#}
{% macro counterpart_ids() -%}
    {{ return({
        'gaia': 'gaia_source_id',
        'twomass': 'twomass_designation',
        'allwise': 'allwise_designation',
        'catwise': 'catwise_source_id',
        'unwise': 'unwise_objid',
    }) }}
{%- endmacro %}
