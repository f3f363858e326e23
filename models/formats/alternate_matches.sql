select {{ counterpart_columns() }}
from {{ ref('candidate_pairs') }}
where
    ml_confident
    and sep_ok
    and (csc_name, gaia_source_id)
    not in (select (csc_name, gaia_source_id) from {{ ref('best_matches') }})
order by csc_name, gaia_source_id
