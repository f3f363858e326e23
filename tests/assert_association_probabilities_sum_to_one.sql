-- The candidates of a primary share its counterpart among them, unless a prior excludes all or min_prob leaves some out.
{{ config(enabled=var('match') is not none) }}
select primary_key
from {{ ref('association_posteriors') }}
where not all_excluded and ncat > 1
group by primary_key
having abs(sum(p_i) - 1) > 1e-9 and {{ match_settings().min_prob or 0 }} = 0
