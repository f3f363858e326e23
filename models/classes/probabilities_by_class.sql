-- Class probabilities of every X-ray source that a classifier of var classifiers classifies, one
-- row each: of a class that did not train there is none.
{{ config(materialized='view') }}
{% for name, entry in var('classifiers').items() %}
    select *
    from
        (
            select
                csc_name,
                '{{ name }}' as classifier,
                unnest({{ text_list(entry.classes) }}) as class,
                unnest(
                    [
                        {% for class in entry.classes %}
                            p_{{ class_column(class) }}{{ ', ' if not loop.last }}
                        {% endfor %}
                    ]
                ) as probability,
                {% if entry.errors -%}
                    unnest(
                        [
                            {% for class in entry.classes %}
                                e_p_{{ class_column(class) }}{{ ', ' if not loop.last }}
                            {% endfor %}
                        ]
                    )
                {%- else -%} null::double
                {%- endif %} as error
            from {{ ref(name ~ '_probabilities') }}
            where class is not null
        )
    where probability is not null {{ 'union all' if not loop.last }}
{% endfor %}
