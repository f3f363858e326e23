-- No primary disappears: each has the row of no counterpart, unless min_prob leaves those out. A probability is between 0 and 1, and missing
-- only where the primary's error is.
{% set match = match_settings() %}
select primary_key
from {{ ref('primaries') }}
anti join (select primary_key from {{ ref('posteriors') }} where ncat = 1) using (primary_key)
where {{ match.min_prob }} = 0
union all
select primary_key
from {{ ref('posteriors') }}
inner join (select primary_key, major, minor from {{ ref('primaries') }}) using (primary_key)
where
    not coalesce(p_any between 0 and 1 and p_i between 0 and 1 and p_single between 0 and 1, false)
    and major is not null
    and minor is not null
