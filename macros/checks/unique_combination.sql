{#- No combination of values occurs twice.

      - unique_combination: {arguments: {columns: [csc_name, gaia_source_id]}} -#}
{% test unique_combination(model, columns) %}
    select {{ columns | join(', ') }}, count(*) as n
    from {{ model }}
    group by {{ columns | join(', ') }}
    having n > 1
{% endtest %}
