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
    from (
        select
            {{ keys }},
            class,
            sum(is_true) as n,
            sum(is_predicted) as n_predicted,
            sum(is_right) as n_right
        from (
            select {{ keys }}, true_class as class, 1 as is_true, 0 as is_predicted, coalesce(class = true_class, false)::integer as is_right
            from {{ predictions }}
            union all
            select {{ keys }}, class, 0, 1, 0 from {{ predictions }} where class is not null
        )
        group by {{ keys }}, class
    )
{%- endmacro %}
