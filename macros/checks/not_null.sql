{#- Columns hold no NULL, all of them by one scan; in the place of dbt's test of one column. Each
    row found is a column, and how many NULL it has.

      - not_null: {arguments: {columns: [csc_name, csc_ra, csc_dec]}} -#}
{% test not_null(model, columns=none, column_name=none) %}
    select column_name, n_null
    from
        (
            select
                unnest(
                    [
                        {% for column in columns or [column_name] %}
                            {
                                'column_name':'{{ column }}',
                                'n_null':count(*) filter ({{ column }} is null)
                            }{{ ',' if not loop.last }}
                        {% endfor %}
                    ],
                    recursive := true
                )
            from {{ model }}
        ) as counts
    where n_null > 0
{% endtest %}
