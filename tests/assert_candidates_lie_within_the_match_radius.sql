-- No pair is farther apart than the radius, and none is listed twice.
{% set match = match_settings() %}
{% set keys = match.catalogues[1:] | map(attribute='key') | join(', ') %}
select primary_key, {{ keys }}
from {{ ref('candidates') }}
group by all
having count(*) > 1 or max(separation_arcsec) > {{ match.radius_arcsec }}
