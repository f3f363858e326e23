-- How much more common each value of a property is among counterparts than in the field: the
-- factors of the priors. One row per prior and bin; bins are closed below, the last one on both
-- sides. q and n are densities, factor is q / n. From a file, or from the secure matches by
-- position against the rest of the catalogue (NWAY's "auto"; Salvato et al. 2018, section 4). Not
-- before the tables were checked:
-- depends_on: {{ ref('match_sources') }}
{% set match = match_settings() %}
{{ config(enabled=match.priors | length > 0) }}
with
    bins(prior_number, name, bin, low, high, q, n, n_matches, n_field) as (
        {% for prior in match.priors %}
            select {{ prior.number }} as prior_number, '{{ prior.name }}' as name, *
            from ({{ prior_bins(match, prior) }})
            union all
        {% endfor %}
        select
            null::integer,
            null::varchar,
            null::integer,
            null::double,
            null::double,
            null::double,
            null::double,
            null::bigint,
            null::bigint
        where false
    )

select
    *,
    -- nothing known of the field: as rare as NWAY takes it to be; nothing among counterparts:
    -- excluded
    case when n = 0 then 100.0 else q / n end as factor
from bins
