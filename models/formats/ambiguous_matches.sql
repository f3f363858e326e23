select {{ counterpart_columns() }}
from {{ ref('candidate_pairs') }}
where nway_confident and not coalesce(ml_confident and sep_ok, false)
order by csc_name, gaia_source_id
