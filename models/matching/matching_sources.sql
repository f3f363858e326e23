-- Every source of every catalogue of the match: position, 1-sigma error ellipse, motion, and the properties that priors read.
-- One row per catalogue and source; each catalogue has an id column of its own.
{{ config(enabled=var('match') is not none, materialized='view') }}
{% set match = match_settings() %}
{% if execute %}{% do check_match_tables(match) %}{% endif %}
{% for catalogue in match.catalogues %}
select
    {{ catalogue.number }} as catalogue,
    {{ catalogue.id }} as {{ catalogue.name }}_id,
    {{ catalogue.ra }}::double as ra,
    {{ catalogue.dec }}::double as dec,
    {{ match_error_ellipse(catalogue, match.formula) }},
    {{ finite(catalogue.epoch if catalogue.epoch is not none else 'null') }} as ref_epoch,
    {{ finite(catalogue.pmra or 'null') }} as pmra,
    {{ finite(catalogue.pmdec or 'null') }} as pmdec,
    {% if match.priors %}
    [
        {%- for prior in catalogue.priors %}
        {{ number(prior.column ~ '::double') }}{{ ',' if not loop.last }}
        {%- endfor %}
    ]::double[] as properties
    {% endif %}
from {{ match_table(catalogue) }}
{{ 'union all by name' if not loop.last }}
{% endfor %}
