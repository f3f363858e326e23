-- What is not one group is another, and the classes of a group share its probability.
select
    csc_name,
    p_agn + coalesce(p_lmxb, 0) + coalesce(p_hmxb, 0) + coalesce(p_cv, 0) + coalesce(p_snr, 0)
        + coalesce(p_star, p_lm_star + p_hm_star, 0) as total
from {{ ref('xclass_probabilities') }}
where class is not null and abs(total - 1) > 1e-9
union all
select
    csc_name,
    p_lm_star + p_hm_star - p_star as total
from {{ ref('xclass_probabilities') }}
where abs(total) > 1e-9
