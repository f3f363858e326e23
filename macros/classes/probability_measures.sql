{#- A query: how good probabilities are. log_loss: mean of minus the natural logarithm of the
    probability of the true class, 0 taken for 1e-15; brier: squared distance of the probabilities
    from certainty of the true class; ece: mean difference of class_prob from the share that is
    right, over tenths of it. `predictions` has the columns `by`, true_class, class, class_prob,
    p_true and sum_p2, NULL where nothing is predicted. probability_measures(ref('predictions'),
    ['classifier', 'scheme']): `by`, log_loss, brier, ece. -#}
{% macro probability_measures(predictions, by) -%}
    {%- set keys = by | join(', ') -%}
    select *
    from
        (
            select
                {{ keys }},
                {{ exact_sum('-ln(greatest(coalesce(p_true, 0), 1e-15))') }} / count(*) as log_loss,
                {{ exact_sum('coalesce(sum_p2, 0) - 2 * coalesce(p_true, 0) + 1') }}
                / count(*) as brier
            from {{ predictions }}
            group by {{ keys }}
        )
    left join
        (
            select {{ keys }}, {{ ordered_sum('abs(n_right - p_total)') }} / sum(n) as ece
            from
                (
                    select
                        {{ keys }},
                        count(*) as n,
                        count(*) filter (class = true_class) as n_right,
                        {{ exact_sum('class_prob') }} as p_total
                    from {{ predictions }}
                    where class is not null
                    group by {{ keys }}, least(floor(class_prob * 10), 9)
                )
            group by {{ keys }}
        ) using ({{ keys }})
{%- endmacro %}
