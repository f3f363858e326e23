-- The empirical distribution of the score of counterparts beyond doubt: primaries whose only
-- candidate is secure by position (Perez-Diaz et al. 2026, section IV.2.2, for validation sources;
-- scores out of fold let the training sources serve too). One row per primary; `cdf` is the share
-- of scores up to this one.
{% set match = match_settings() %}
{{ config(enabled=match.classifier is not none) }}
with
    secure as (
        select primary_key
        from {{ ref('pair_posteriors') }}
        group by primary_key
        having count(*) = 1 and min(p_any) > 0.99 and min(p_i) > 0.99
    )

select
    primary_key,
    p_match_ind,
    row_number() over (order by p_match_ind, primary_key) / count(*) over () as cdf
from {{ ref('out_of_fold_scores') }}
semi join secure using (primary_key)
