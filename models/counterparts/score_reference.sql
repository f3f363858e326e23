-- The empirical distribution of the score of counterparts beyond doubt: sources whose only candidate is secure by position
-- (Perez-Diaz et al. 2026, section IV.2.2, for validation sources; scores out of fold let the training sources serve too).
-- One row per X-ray source; `cdf` is the share of scores up to this one.
with alone as (
    select xray_key
    from {{ ref('candidates') }}
    group by xray_key
    having count(*) = 1
)

select
    xray_key,
    p_match_ind,
    row_number() over (order by p_match_ind, xray_key) / count(*) over () as cdf
from {{ ref('out_of_fold_scores') }}
inner join {{ ref('posteriors') }} using (xray_key, gaia_source_id)
semi join alone using (xray_key)
where p_any > 0.99 and p_i > 0.99
