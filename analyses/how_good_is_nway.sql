-- On the simulated sky: how do completeness and purity of NWAY and of the nearest neighbour change
-- with off-axis angle and Gaia density?
select
    cut_by,
    bin,
    n_xray,
    round(max(completeness) filter (method = 'nway'), 3) as nway_completeness,
    round(max(purity) filter (method = 'nway'), 3) as nway_purity,
    round(
        max(completeness) filter (method = 'nearest within the separation limit'), 3
    ) as nearest_completeness,
    round(max(purity) filter (method = 'nearest within the separation limit'), 3) as nearest_purity
from {{ ref('match_evaluation') }}
group by all
order by cut_by, bin
