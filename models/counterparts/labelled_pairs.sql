-- What the score is trained on (is_trainable) and, of sources held out, judged by (is_candidate: all candidates). One row per pair.
with pairs as (
    select xray_key, gaia_source_id, 'positive' as kind from {{ ref('positive_pairs') }}
    union all
    select xray_key, gaia_source_id, kind from {{ ref('negative_pairs') }}
    union all
    -- candidates nearer than the negatives, other than the positive one, are unclear: nothing is trained on them
    select xray_key, gaia_source_id, 'unclear' as kind
    from {{ ref('candidates') }}
    semi join {{ ref('positive_pairs') }} using (xray_key)
    anti join {{ ref('negative_pairs') }} using (xray_key, gaia_source_id)
    anti join {{ ref('positive_pairs') }} using (xray_key, gaia_source_id)
),

split_pairs as (
    select
        *,
        -- 1 for a Gaia source that is paired with X-ray sources of other parts too
        min(split) over (partition by gaia_source_id) <> max(split) over (partition by gaia_source_id) as is_shared
    from pairs
    inner join {{ ref('source_splits') }} using (xray_key)
)

select
    xray_key,
    csc_name,
    gaia_source_id,
    kind,
    kind = 'positive' as is_positive,
    split,
    fold,
    is_shared,
    kind <> 'random' as is_candidate,
    kind <> 'unclear' {{ 'and not is_shared' if var('drop_shared_gaia') }} as is_trainable
from split_pairs
