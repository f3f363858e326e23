{#- Every id, or combination of ids, is one of `to`, unless a part of it is NULL. Named otherwise
    there: `to_columns`.

      - ids_exist: {arguments: {columns: [gaia_source_id], to: ref('stg_gaia__sources')}} -#}
{% test ids_exist(model, to, columns=none, column_name=none, to_columns=none) %}
    {%- set columns = columns or [column_name] -%}
    {%- set joins = [] -%}
    {%- for here, there in zip(columns, to_columns or columns) %}
        {% do joins.append('here.' ~ here ~ ' = there.' ~ there) %}
    {% endfor %}
    with here as (select * from {{ model }})

    select {{ columns | join(', ') }}
    from here
    anti join {{ to }} as there on {{ joins | join(' and ') }}
    where {{ columns | join(' is not null and ') }} is not null
{% endtest %}
