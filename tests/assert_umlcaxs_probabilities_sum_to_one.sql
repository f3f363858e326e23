-- The class probabilities of a detection, by each rule, and of a source share out one.
{% set classes = var('umlcaxs_classes') %}
{% for rule in ['cluster', 'weighted', 'density'] -%}
select detection_id as id, list_sum({{ rule }}_probabilities) as total
from {{ ref('umlcaxs_detection_probabilities') }}
where abs(list_sum({{ rule }}_probabilities) - 1) > 1e-9

union all

{% endfor -%}
select csc_name as id, {% for name in classes %}p_{{ class_column(name) }}{{ ' + ' if not loop.last }}{% endfor %} as total
from {{ ref('umlcaxs_probabilities') }}
where abs({% for name in classes %}p_{{ class_column(name) }}{{ ' + ' if not loop.last }}{% endfor %} - 1) > 1e-9
