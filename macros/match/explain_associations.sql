{#- A query of every association of one primary, each factor of its probability as a power of ten. `primary_id` is its id as
    text; of an unknown one the query has no rows. -#}
{% macro explain_associations(match, primary_id) -%}
    {% set key = match.catalogues[0].key %}
    with weighted as (
        select
            primaries.{{ key }},
            posteriors.* exclude (is_fake),
            {{ 'log10_prior + log10_bf as log10_weight,' if match.pairwise }}
            max(log10_weight) over () as log10_best
        from {{ ref('posteriors') }} as posteriors
        inner join {{ ref('primaries') }} as primaries using (primary_key)
        where not primaries.is_fake and primaries.{{ key }}::varchar = '{{ primary_id | replace("'", "''") }}'
    )

    select
        {{ key }},
        {% for catalogue in match.catalogues[1:] %}
        {{ catalogue.key }},
        {% endfor %}
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
{%- endmacro %}
