select
    name as csc_name,
    class as kumaranetal_training_class,
    {{ number('ra') }} as ra,
    {{ number('dec') }} as dec,
    {% for quantity in measurements('boosted') %}
        {{ number(quantity) }} as {{ quantity }},
    {% endfor %}
from {{ source('literature', 'literature_kumaranetal_training') }}
