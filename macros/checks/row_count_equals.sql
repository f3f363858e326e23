{#- The table has as many rows as an SQL expression says.

      - row_count_equals: {arguments: {expected: "(select count(*) from {{ ref('xray_positions') }})"}} -#}
{% test row_count_equals(model, expected) %}
    select n, expected
    from (select count(*) as n from {{ model }}) as here
    cross join (select {{ expected }} as expected) as there
    where n is distinct from expected
{% endtest %}
