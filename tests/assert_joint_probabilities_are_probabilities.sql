-- The joint posterior shares out one counterpart as NWAY's does, and is missing only without a position error or a model.
select
    csc_name,
    sum(p_i_joint) as total
from {{ ref('candidate_pairs') }}
group by csc_name
having
    not coalesce(bool_and(p_any_joint between 0 and 1 and p_i_joint between 0 and 1), true)
    or abs(sum(p_i_joint) - 1) > 1e-9
    or count(p_i_joint) not in (0, count(*))
