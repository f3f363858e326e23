{#- A query of the mean difference of class_prob from the share that is right, over tenths: `by`, expected_calibration_error. `claims` has
    the columns `by`, true_class, class and class_prob. -#}
{% macro calibration_error(claims, by) -%}
    {%- set keys = by | join(', ') -%}
    select
        {{ keys }},
        {{ exact_sum('abs(n_right - p_total)') }} / sum(n_claims) as expected_calibration_error
    from (
        select {{ keys }}, count(*) as n_claims, count(*) filter (class = true_class) as n_right, {{ exact_sum('class_prob') }} as p_total
        from {{ claims }}
        group by {{ keys }}, least(floor(class_prob * 10), 9)
    )
    group by {{ keys }}
{%- endmacro %}
