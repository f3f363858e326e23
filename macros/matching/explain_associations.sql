{#- A query of every association of one primary, each factor of its probability as a power of ten. `primary_id` is its id as
    text; of an unknown one the query has no rows. -#}
{% macro explain_associations(match, primary_id) -%}
    {% set id = (match.catalogues[0].name if match.catalogues else 'primary') ~ '_id' %}
    {% set log10_candidates = '(log10_best + log10(total))' %}
    select
        associations.{{ id }},
        {% for catalogue in match.catalogues[1:] %}
        {{ catalogue.name }}_id,
        {% endfor %}
        ncat,
        separation_max,
        log10_prior,
        log10_bf,
        log10_bf_corrected - log10_bf as log10_group,
        {% for prior in match.priors %}
        log10(nullif({{ prior.name }}, 0)) as log10_{{ prior.name }},
        {% endfor %}
        log10_weight,
        coalesce(
            greatest(log10_weight_nothing, {{ log10_candidates }}) + log10(1 + pow(10, -abs(log10_weight_nothing - {{ log10_candidates }}))),
            log10_weight_nothing
        ) as log10_sum,
        coalesce(pow(10, log10_weight - log10_sum), 0) as p,
        associations.p_any,
        p_i,
        p_single,
        match_flag
    from {{ ref('association_posteriors') }} as associations
    inner join {{ ref('primary_posteriors') }} using (primary_key)
    where not associations.is_fake and associations.{{ id }}::varchar = '{{ primary_id | replace("'", "''") }}'
    order by p desc, ncat desc
{%- endmacro %}
