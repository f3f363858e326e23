-- p_i shares out one source's counterpart among its candidates, given that it has one.
select xray_key, sum(p_i) as total
from {{ ref('posteriors') }}
where ncat = 2 and p_i is not null
group by xray_key
having abs(sum(p_i) - 1) > 1e-9
