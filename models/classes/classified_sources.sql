-- Class of every X-ray source by each classifier of var classifiers; sources that cannot be
-- classified are there with their state.
with
    contract as (
        -- columns of a room, of which it may lack the second line
        select
            null::varchar as classifier,
            null::varchar as csc_name,
            null::varchar as state,
            null::varchar as class,
            null::double as class_prob,
            false as is_training_source,
            null::varchar as second_class,
            null::double as second_class_prob,
            null::double as confidence,
            null::varchar[] as prediction_set
        where false
    ),

    rooms as (
        select *
        from contract
        {%- for name, entry in var('classifiers').items() %}
            union all by name
            select
                '{{ name }}' as classifier,
                columns(lambda one: not regexp_matches(one, '^(e_)?p_') and one <> 'e_class_prob'),
                {% if entry.errors -%}
                    case
                        class
                        {% for class in entry.classes %}
                            when '{{ class }}' then e_p_{{ class_column(class) }}
                        {% endfor %}
                    end
                {%- else -%} null::double
                {%- endif %} as e_class_prob
            from {{ ref(name ~ '_probabilities') }}
        {%- endfor %}
    )

select
    csc_name,
    classifier,
    state,
    class,
    class_prob,
    e_class_prob,
    second_class,
    second_class_prob,
    confidence,
    {{ is_confident() }} as is_confident,
    prediction_set,
    is_training_source
from rooms
order by csc_name, classifier
