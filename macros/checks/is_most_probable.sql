{#- The class of a row, where it has one, is that of the largest probability; of equal ones any
    will do. Wide: probabilities are columns p_<class> of the row, one for each of `classes`.
    Long: they are the rows of `to` with its `by`, as `to_class` and `p`. `probability` names the
    column that repeats it; with `largest` false that alone is compared.

      - is_most_probable: {arguments: {column_name: class, classes: [AGN, STAR], probability: class_prob}}
      - is_most_probable: {arguments: {column_name: class, to: ref('class_probabilities'), by: [csc_name]}} -#}
{% test is_most_probable(model, column_name, classes=none, prefix='p_', to=none, by=[], to_class='class', p='p', probability=none, largest=true) %}
    {%- set columns = [] -%}
    {%- for name in classes or [] %}
        {% do columns.append(prefix ~ class_column(name)) %}
    {% endfor %}
    with
        here as (
            {%- if classes %}
                select
                    *,
                    {{ text_list(classes) }} as its_classes,
                    [{{ columns | join(', ') }}] as its_probabilities
                from {{ model }}
            {%- else %}
                select *
                from {{ model }}
                left join
                    (
                        select
                            {{ by | join(', ') }},
                            list({{ to_class }}) as its_classes,
                            list({{ p }}) as its_probabilities
                        from {{ to }}
                        group by {{ by | join(', ') }}
                    ) using ({{ by | join(', ') }})
            {%- endif %}
        )

    select *
    from here
    where
        {{ column_name }} is not null
        and not coalesce(
            {{ 'its_probabilities[list_position(its_classes, ' ~ column_name ~ ')] = list_max(its_probabilities)' if largest else 'true' }}
            {{ 'and its_probabilities[list_position(its_classes, ' ~ column_name ~ ')] = ' ~ probability if probability }},
            false
        )
{% endtest %}
