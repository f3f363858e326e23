-- Every source of every catalogue of the match: position, 1-sigma error ellipse, motion, and the
-- properties that priors read. One row per catalogue and source; each catalogue has an id column of
-- its own.
{{ config(materialized='view') }}
{% set match = match_settings() %}
{% if execute %} {% do check_match_tables(match) %} {% endif %}
{% for catalogue in match.catalogues %}
    select
        {{ catalogue.number }} as catalogue,
        {{ quoted(catalogue.id) }} as {{ catalogue.key }},
        {{ quoted(catalogue.ra) }}::double as ra,
        {{ quoted(catalogue.dec) }}::double as dec,
        {{ match_error_ellipse(catalogue, match.formula) }},
        {{ match_epoch(catalogue) }} as ref_epoch,
        {{ match_number(catalogue.pmra) }} as pmra,
        {{ match_number(catalogue.pmdec) }} as pmdec,
        {% if match.moving %}
            -- (mas/yr)2; the error grows with it over the years
            {% if catalogue.pmra_error %}
                {% set errors = [match_number(catalogue.pmra_error), match_number(catalogue.pmdec_error)] %}
                ({{ errors[0] }} * {{ errors[0] }} + {{ errors[1] }} * {{ errors[1] }})
                / 2 as motion_variance,
            {% else %} null::double as motion_variance,
            {% endif %}
        {% endif %}
        {% if match.priors %}
            [
                {%- for prior in catalogue.priors %}
                    {{ number(quoted(prior.column) ~ '::double') }}{{ ',' if not loop.last }}
                {%- endfor %}
            ]::double[] as properties
        {% endif %}
    from {{ match_table(catalogue) }} {{ 'union all by name' if not loop.last }}
{% endfor %}
