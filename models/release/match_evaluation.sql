select
    method,
    cut_by,
    bin,
    count(*)::integer as n_xray,
    count(counterpart)::integer as n_counterparts,
    count(choices.gaia_source_id)::integer as n_chosen,
    count(*) filter (choices.gaia_source_id = counterpart)::integer as n_correct,
    n_correct / nullif(n_counterparts, 0) as completeness,
    n_correct / nullif(n_chosen, 0) as purity
from {{ ref('match_choices') }} as choices
inner join {{ ref('evaluation_cuts') }} using (csc_name)
group by method, cut_by, bin
order by method, cut_by, bin
