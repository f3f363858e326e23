{#- Counts in a column add up to the rows of another table, in all or for each group of `by`
    (named otherwise there: `to_by`).

      - counts_add_up: {arguments: {column_name: n_sources, by: [classifier], to: ref('predictions')}} -#}
{% test counts_add_up(model, to, column_name, by=[], to_by=none, to_where='true') %}
    select {{ (by + ['sum(n)']) | join(', ') }} as difference
    from
        (
            select {{ (by + [column_name]) | join(', ') }} as n
            from {{ model }}
            union all
            select {{ ((to_by or by) + ['-1']) | join(', ') }}
            from {{ to }}
            where {{ to_where }}
        ) as counts
        {{ 'group by ' ~ by | join(', ') if by }}
    having difference <> 0 or count(n) < count(*)
{% endtest %}
