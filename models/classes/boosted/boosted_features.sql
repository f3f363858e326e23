-- The features of every X-ray source that is classified: those without an excluding flag.
with sources as (
    select * from {{ ref('boosted_measurements') }} where excluding_flags is null
)

{{ feature_vectors('sources', ['csc_name'], var('boosted_feature_sets')[var('boosted_features')], 'boosted') }}
order by csc_name
