-- The same features of the sources of known class, as measured.
with training as (
    select * from {{ ref('muwclass_training') }}
)

{{ feature_vectors('training', ['csc_name', 'class'], var('lynceus_features'), 'source') }}
order by csc_name
