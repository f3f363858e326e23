-- No primary disappears: each has the row of no counterpart, unless min_prob leaves those out.
{{ config(enabled=var('match') is not none) }}
select primary_key
from {{ ref('matching_primaries') }}
anti join (select primary_key from {{ ref('association_posteriors') }} where ncat = 1) using (primary_key)
where {{ match_settings().min_prob or 0 }} = 0
union all
select primary_key
from {{ ref('association_posteriors') }}
where not coalesce(p_any between 0 and 1, true) or not p_i between 0 and 1 or not p_single between 0 and 1
