-- Which associations does a source of the first catalogue have, and what is the probability of each
-- made of? Powers of ten that add up: log10_prior + log10_bf + log10_group (others that belong
-- together without it) + log10 of each factor = log10_weight; log10_sum is that of all, the
-- hypothesis of no counterpart (ncat 1) included. p = weight / sum. lynceus explain matches/....yml
-- '2CXO J...' shows it, with a figure of the field
{% set match, primary_id = match_settings(), var('primary_id', '') %}
{% set key = match.catalogues[0].key %}
with
    weighted as (
        select
            primaries.{{ key }},
            posteriors.* exclude (is_fake),
            {{ 'log10_prior + log10_bf as log10_weight,' if match.pairwise }}
            max(log10_weight) over () as log10_best
        from {{ ref('posteriors') }} as posteriors
        inner join {{ ref('primaries') }} as primaries using (primary_key)
        where
            not primaries.is_fake
            and primaries.{{ key }}::varchar
            = {{ dbt.string_literal(dbt.escape_single_quotes(primary_id)) }}
    )

select
    {{ key }},
    {% for catalogue in match.catalogues[1:] %} {{ catalogue.key }}, {% endfor %}
    ncat,
    separation_arcsec,
    log10_prior,
    log10_bf,
    {{ '0.0::double' if match.pairwise else 'log10_bf_corrected - log10_bf' }} as log10_group,
    {% for prior in match.priors %}
        log10(nullif({{ prior.name }}, 0)) as log10_{{ prior.name }},
    {% endfor %}
    log10_weight,
    log10_best + log10(sum(pow(10, log10_weight - log10_best)) over ()) as log10_sum,
    coalesce(pow(10, log10_weight - log10_sum), 0) as p,
    p_any,
    p_i,
    p_single,
    match_flag
from weighted
order by p desc, ncat desc
