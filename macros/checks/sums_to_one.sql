{#- Probabilities share out one: over the `columns` of each row (a list of columns, or the name
    of one that holds a list; some may be NULL, not all), or over the rows of each group of `by`,
    for one column (`column_name`; no row NULL). A NULL sum fails.

      - sums_to_one: {arguments: {columns: [p_agn, p_star]}, config: {where: class is not null}}
      - sums_to_one: {arguments: {column_name: p_i, by: [csc_name]}} -#}
{% test sums_to_one(model, columns=none, column_name=none, by=[], tolerance=1e-9) %}
    {%- if columns %}
        select *
        from {{ model }}
        where
            not coalesce(
                abs(
                    list_sum(
                        {{ columns if columns is string else '[' ~ columns | join(', ') ~ ']' }}
                    )
                    - 1
                )
                <= {{ tolerance }},
                false
            )
    {%- else %}
        select {{ (by + ['sum(' ~ column_name ~ ')']) | join(', ') }} as total
        from {{ model }} {{ 'group by ' ~ by | join(', ') if by }}
        having
            count(*) > 0
            and (count({{ column_name }}) < count(*) or abs(total - 1) > {{ tolerance }})
    {%- endif %}
{% endtest %}
