-- Class of every X-ray source by each classifier of var classifiers; sources that cannot be classified are there with their state.
with rooms as (
    {% for name, entry in var('classifiers').items() %}
    select
        '{{ name }}' as classifier,
        columns(lambda one: not regexp_matches(one, '^(e_)?p_') and one <> 'e_class_prob'),
        {% if entry.errors -%}
        case class {% for class in entry.classes %}when '{{ class }}' then e_p_{{ class_column(class) }} {% endfor %}end
        {%- else -%}
        null::double
        {%- endif %} as e_class_prob
    from {{ ref(name ~ '_probabilities') }}
    {{ 'union all by name' if not loop.last }}
    {% endfor %}
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
    case classifier
        {%- for name, entry in var('classifiers').items() if entry.confident is not none %}
        when '{{ name }}' then confidence >= {{ entry.confident }}
        {%- endfor %}
    end as is_confident,
    prediction_set,
    is_training_source
from rooms
order by csc_name, classifier
