-- The score as a probability, held to the sources of the test set, which neither training nor calibration has seen.
with claims as (
    select
        p_match as p,
        is_positive
    from {{ ref('labelled_pairs') }}
    inner join {{ ref('match_likelihoods') }} using (xray_key, gaia_source_id)
    where split = 'test' and is_candidate and p_match is not null
)

select
    least(floor(p * 10), 9)::integer as bin,
    bin / 10.0::double as p_low,
    (bin + 1) / 10.0::double as p_high,
    count(*)::integer as n_claims,
    count(*) filter (is_positive)::integer as n_true,
    {{ exact_sum('p') }} / n_claims as p_mean,
    n_true / n_claims as true_share
from claims
group by bin
order by bin
