-- The score as a probability, held to the sources of the test set, which neither training nor calibration has seen.
with claims as (
    select
        p_match as p,
        is_positive as holds
    from {{ ref('labelled_pairs') }}
    inner join {{ ref('match_likelihoods') }} using (primary_key, gaia_source_id)
    where split = 'test' and is_candidate and p_match is not null
)

{{ reliability_bins('claims', []) }}
