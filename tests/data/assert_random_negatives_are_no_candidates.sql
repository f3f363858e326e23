-- Sources drawn at random are candidates of no primary; of fakes they may be.
{{ config(enabled=match_settings().classifier is not none) }}
{% set second = match_settings().catalogues[1].key %}
select {{ second }}
from {{ ref('labelled_pairs') }}
inner join
    (select primary_key as candidate_of, {{ second }} from {{ ref('candidates') }}) using (
        {{ second }}
    )
inner join {{ ref('primaries') }} as primaries on candidate_of = primaries.primary_key
where kind = 'random' and not is_fake
