-- On the simulated sky: of the counterparts that NWAY misses, how many does the joint posterior
-- find at the same purity, and where?
select
    cut_by,
    bin,
    n_counterparts,
    round(nway_completeness, 3) as nway_completeness,
    round(nway_purity, 3) as nway_purity,
    round(joint_completeness_as_pure, 3) as joint_completeness_as_pure,
    round(missed_recovered, 3) as missed_recovered
from {{ ref('match_comparison') }}
where n_counterparts > 0
order by cut_by, bin
