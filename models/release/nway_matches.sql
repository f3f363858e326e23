select
    pairs.*,
    is_tie,
    n_candidates
from {{ ref('xray_sources') }} as sources
inner join {{ ref('candidate_pairs') }} as pairs using (csc_name, gaia_source_id)
where state = 'matched'
order by csc_name
