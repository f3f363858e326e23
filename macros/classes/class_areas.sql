{#- A query: the area under the curve of true against false positives of each class against all
    others, by the ranks of the probabilities. `claims` has the columns `by`, true_class, of_class
    and p, one row per prediction and class; one without p says nothing. A class without members, or
    without others, has no row.
    class_areas('claims', ['classifier', 'scheme']): `by`, class, auc. -#}
{% macro class_areas(claims, by) -%}
    {%- set keys = by | join(', ') -%}
    select {{ keys }}, class, (ranks - n * (n + 1) / 2.0) / (n * n_others)::double as auc
    from
        (
            select
                {{ keys }},
                of_class as class,
                count(*) filter (true_class = of_class) as n,
                count(*) filter (true_class <> of_class) as n_others,
                sum(mid_rank) filter (true_class = of_class) as ranks
            from
                (
                    select
                        *,
                        -- ties share the mean of their ranks
                        rank() over (partition by {{ keys }}, of_class order by p)
                        + (count(*) over (partition by {{ keys }}, of_class, p) - 1)
                        / 2.0 as mid_rank
                    from {{ claims }}
                    where p is not null
                )
            group by {{ keys }}, of_class
        )
    where n > 0 and n_others > 0
{%- endmacro %}
