-- Sources drawn at random are candidates of no primary.
{{ config(enabled=match_settings().classifier is not none) }}
{% set second = match_settings().catalogues[1].key %}
select {{ second }}
from {{ ref('labelled_pairs') }}
inner join {{ ref('candidates') }} using ({{ second }})
where kind = 'random'
