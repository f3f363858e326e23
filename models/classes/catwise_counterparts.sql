-- The nearest CatWISE2020 source of every X-ray source that has any near it, and whether it is near enough to be the counterpart.
{{ nearest_counterparts(ref('catwise_photometry'), 'catwise_source_id') }}
