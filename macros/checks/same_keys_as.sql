{#- Every key of one table is in the other, and as often: neither loses, invents or repeats a
    row. `columns` are the keys here, `to_columns` those of `to` where they are named otherwise,
    `to_where` says which of its rows count. With `distinct` it does not matter how often.

      - same_keys_as: {arguments: {columns: [csc_name], to: ref('stg_csc__sources')}} -#}
{% test same_keys_as(model, to, columns, to_columns=none, to_where='true', distinct=false) %}
    select {{ columns | join(', ') }}, sum(here) as n_here, sum(there) as n_there
    from
        (
            select {{ columns | join(', ') }}, 1 as here, 0 as there
            from {{ model }}
            union all
            select {{ (to_columns or columns) | join(', ') }}, 0 as here, 1 as there
            from {{ to }}
            where {{ to_where }}
        ) as keys
    group by {{ columns | join(', ') }}
    having {{ '(n_here > 0) <> (n_there > 0)' if distinct else 'n_here <> n_there' }}
{% endtest %}
