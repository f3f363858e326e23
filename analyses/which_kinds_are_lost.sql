-- On the simulated sky: which kinds of X-ray sources does each method find, and which are lost?
pivot (
    select bin as kind, n_counterparts, method, round(completeness, 3) as completeness
    from {{ ref('match_evaluation') }}
    where cut_by = 'kind' and n_counterparts > 0
)
on method
using max(completeness)
order by kind
