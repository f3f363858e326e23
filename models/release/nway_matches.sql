select
    pairs.*,
    count(*) over (partition by csc_name) > 1 as is_tie,
    n_candidates
from {{ ref('candidate_pairs') }} as pairs
inner join {{ ref('chosen_counterparts') }} using (csc_name)
where nway_confident
-- where candidates tie for the best, the nearer one, then the lower id
qualify row_number() over (partition by csc_name order by pairs.separation, pairs.gaia_source_id) = 1
order by csc_name
