-- What each method gains and risks as it is asked to be less sure: the sources in order of
-- confidence, in steps of 1 %.
with
    judged as (
        select
            method,
            confidence,
            gaia_source_id = counterpart as is_correct,
            row_number() over (partition by method order by confidence desc, csc_name) as n_chosen,
            count(*) over (partition by method) as n_rows
        from {{ ref('ranked_choices') }}
        inner join {{ ref('evaluation_cuts') }} using (csc_name)
        where cut_by = 'all'
    ),

    summed as (
        select
            *,
            sum(coalesce(is_correct, false)::integer) over (
                partition by method
                order by n_chosen
                rows between unbounded preceding and current row
            ) as n_correct
        from judged
    )

select
    method,
    confidence,
    n_chosen::integer as n_chosen,
    n_correct::integer as n_correct,
    n_correct / (
        select nullif(count(counterpart), 0) from {{ ref('evaluation_cuts') }} where cut_by = 'all'
    ) as completeness,
    n_correct / n_chosen as purity
from summed
where n_chosen = n_rows or n_chosen % greatest(1, divide(n_rows, 100)) = 0
order by method, n_chosen
