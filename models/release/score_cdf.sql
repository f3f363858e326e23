with reference as (
    select
        p_match_ind,
        max(cdf) as cdf
    from {{ ref('score_reference') }}
    group by p_match_ind
)

select
    p_match_ind,
    cdf,
    (select chance_probability from {{ ref('score_thresholds') }} where rule = 'chance') as chance_probability,
    (select threshold from {{ ref('score_thresholds') }} where rule = 'chance') as chance_threshold,
    (select threshold from {{ ref('score_thresholds') }} where rule = 'youden') as youden_threshold
from reference
order by p_match_ind
