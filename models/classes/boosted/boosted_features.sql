-- The features of every X-ray source that is classified: those without an excluding flag.
with
    sources as (select * from {{ ref('boosted_measurements') }} where excluding_flags is null)

    {{ feature_vectors('sources', ['csc_name'], feature_names('boosted')) }}
order by csc_name
