select {{ counterpart_columns() }}
from {{ ref('candidate_pairs') }}
where ml_confident and sep_ok
-- where scores tie, the nearer one, then the lower id
qualify
    row_number() over (partition by csc_name order by p_match_ind desc, separation, gaia_source_id)
    = 1
order by csc_name
