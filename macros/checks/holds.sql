{#- A claim, an SQL condition over the columns, is true of every row; NULL fails.

      - holds: {arguments: {claim: n_correct <= n_chosen}} -#}
{% test holds(model, claim) %}
    select * from {{ model }} where not coalesce({{ claim }}, false)
{% endtest %}
