-- A match is the likeliest candidate of a source whose p_any exceeds the threshold, and no such source lacks its match.
select
    coalesce(sources.csc_name, matches.csc_name) as csc_name,
    state,
    matches.p_any,
    matches.match_flag
from {{ ref('xray_sources') }} as sources
full join {{ ref('nway_matches') }} as matches using (csc_name)
where
    (state = 'matched') <> (matches.csc_name is not null)
    or matches.match_flag <> 1
    or matches.p_any <= {{ var('p_any_threshold') }}
