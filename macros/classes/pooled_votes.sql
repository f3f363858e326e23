{#- What several classifiers say of a source pooled into one probability of each coarse class: `by`,
    csc_name, coarse_class, p. The logarithms of the votes (as of macro coarse_votes) are added up,
    each times the weight its classifier has among those that are heard of the source; of a class
    that it does not know, a classifier says a constant. `weights` is consensus_weights or a part of
    it; where both have further columns `by`, each vote meets its own.

    {{ pooled_votes('votes', ref('consensus_weights')) }} -#}
{% macro pooled_votes(votes, weights, by=[]) -%}
    {%- set keys = (by + ['csc_name']) | join(', ') -%}
    with
        heard as (
            select
                {{ keys }},
                classifier,
                string_agg(classifier, '+') over (
                    partition by {{ keys }}
                    order by classifier
                    rows between unbounded preceding and unbounded following
                ) as voters
            from (select distinct {{ keys }}, classifier from {{ votes }})
        ),

        scores as (
            select
                {{ keys }},
                weights.coarse_class,
                any_value(bias)
                + {{ exact_sum('case when p is null then outside else weight * ln(greatest(p, ' ~ var('consensus_floor') ~ ')) end') }}
                as score
            from heard
            inner join
                {{ weights }} as weights using ({{ (by + ['voters', 'classifier']) | join(', ') }})
            left join
                (select {{ keys }}, classifier, coarse_class, p from {{ votes }}) using (
                    {{ keys }}, classifier, coarse_class
                )
            group by {{ keys }}, weights.coarse_class
        ),

        powers as (
            select
                * exclude (score), exp(score - max(score) over (partition by {{ keys }})) as power
            from scores
        ),

        totals as (
            select {{ keys }}, {{ exact_sum('power') }} as total from powers group by {{ keys }}
        )

    select * exclude (power, total), power / total as p
    from powers
    inner join totals using ({{ keys }})
{%- endmacro %}
