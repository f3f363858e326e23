{#- The class of a row, where it has one, is that of the largest probability; of equal ones any will do. Wide: probabilities are
    columns p_<class> of the row, one for each of `classes`. Long: they are the rows of `to` with its `by`, as `to_class` and `p`.

      - is_most_probable: {arguments: {column_name: class, classes: [AGN, STAR]}}
      - is_most_probable: {arguments: {column_name: class, to: ref('class_probabilities'), by: [csc_name]}} -#}
{% test is_most_probable(model, column_name, classes=none, prefix='p_', to=none, by=[], to_class='class', p='p') %}
{%- if classes %}
{%- set columns = [] -%}
{%- for name in classes %}{% do columns.append(prefix ~ class_column(name)) %}{% endfor %}
select *
from {{ model }}
where {{ column_name }} is not null and not coalesce(
    [{{ columns | join(', ') }}][list_position(['{{ classes | join("', '") }}'], {{ column_name }})]
        = list_max([{{ columns | join(', ') }}]),
    false
)
{%- else %}
with probabilities as (
    select {{ by | join(', ') }}, list({{ to_class }}) as classes, list({{ p }}) as probabilities
    from {{ to }}
    group by {{ by | join(', ') }}
),

here as (
    select * from {{ model }}
)

select here.*
from here
left join probabilities using ({{ by | join(', ') }})
where here.{{ column_name }} is not null
    and not coalesce(probabilities[list_position(classes, here.{{ column_name }})] = list_max(probabilities), false)
{%- endif %}
{% endtest %}
