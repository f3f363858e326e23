-- The class probabilities of a detection, by each rule, share out one.
{% for rule in ['cluster', 'weighted', 'density'] -%}
select detection_id, list_sum({{ rule }}_probabilities) as total
from {{ ref('umlcaxs_detection_probabilities') }}
where abs(list_sum({{ rule }}_probabilities) - 1) > 1e-9
{{ 'union all' if not loop.last }}
{% endfor -%}
