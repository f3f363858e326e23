-- The probabilities of each association with the id of the first catalogue's source before them:
-- what is published of a match. Rows as in posteriors, which goes by number for speed and has the
-- fakes.
{{ config(materialized='view') }}
{% set key = match_settings().catalogues[0].key %}
select primaries.{{ key }}, posteriors.* exclude (is_fake)
from {{ ref('posteriors') }} as posteriors
inner join
    (select primary_key, {{ key }} from {{ ref('primaries') }} where not is_fake) as primaries
    using (primary_key)
