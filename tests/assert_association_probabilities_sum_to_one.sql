-- The candidates of a primary share its counterpart among them, unless priors exclude all, min_prob leaves some out, or its error is missing.
{% set match = match_settings() %}
{{ config(enabled=match.min_prob == 0) }}
select primary_key
from {{ ref('posteriors') }}
where ncat > 1 and p_i is not null {{ '' if match.pairwise else 'and not all_excluded' }}
group by primary_key
having not coalesce(abs(sum(p_i) - 1) <= 1e-9, false)
