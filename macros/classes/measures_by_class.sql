{#- A query: for each class that predictions have or predict, n (members), n_predicted, n_right, and
    its purity, completeness and F1; a ratio over none is NULL. `predictions` has the columns `by`,
    true_class and class (NULL: none is predicted). measures_by_class(ref('predictions'),
    ['classifier', 'scheme']). -#}
{% macro measures_by_class(predictions, by) -%}
    {%- set keys = by | join(', ') -%}
    select
        *,
        n_right / nullif(n_predicted, 0) as purity,
        n_right / nullif(n, 0) as completeness,
        2.0::double * n_right / nullif(n + n_predicted, 0) as f1
    from
        (
            select
                {{ keys }},
                class,
                sum(is_true) as n,
                sum(is_predicted) as n_predicted,
                sum(is_right) as n_right
            from
                (
                    select
                        {{ keys }},
                        true_class as class,
                        1 as is_true,
                        0 as is_predicted,
                        coalesce(class = true_class, false)::integer as is_right
                    from {{ predictions }}
                    union all
                    select {{ keys }}, class, 0, 1, 0
                    from {{ predictions }}
                    where class is not null
                )
            group by {{ keys }}, class
        )
{%- endmacro %}

{#- A query: the measures that follow from the confusion matrix (Yang et al. 2022, Appendix A). The
    correlation coefficient of Matthews is that of several classes (Gorodkin 2004, Comput. Biol.
    Chem. 28, 367), NULL if only one class is there or predicted. Means over classes are over those
    that have members (balanced accuracy), or have members or are predicted (macro F1).
    confusion_measures(ref('predictions'), ['classifier', 'scheme']): `by`, n, n_right, accuracy,
    balanced_accuracy, macro_f1, weighted_f1, mcc, kappa. -#}
{% macro confusion_measures(predictions, by) -%}
    {%- set keys = by | join(', ') -%}
    select
        {{ keys }},
        s as n,
        c as n_right,
        c / nullif(s, 0) as accuracy,
        balanced_accuracy,
        macro_f1,
        weighted_f1,
        (c * s - pt) / nullif(sqrt((s * s - pp) * (s * s - tt)), 0) as mcc,
        (c / s - pt / (s * s)) / nullif(1 - pt / (s * s), 0) as kappa
    from
        (
            select
                {{ keys }},
                sum(n) as s,
                sum(n_right) as c,
                sum(n_predicted * n) as pt,
                sum(n_predicted * n_predicted) as pp,
                sum(n * n) as tt,
                {{ exact_sum('completeness') }}
                / nullif(count(completeness), 0) as balanced_accuracy,
                {{ exact_sum('f1') }} / nullif(count(f1), 0) as macro_f1,
                {{ exact_sum('f1 * n / n_all') }} as weighted_f1
            from
                (
                    select *, sum(n) over (partition by {{ keys }}) as n_all
                    from ({{ measures_by_class(predictions, by) }})
                )
            group by {{ keys }}
        )
{%- endmacro %}
