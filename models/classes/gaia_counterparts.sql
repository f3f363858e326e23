-- The nearest Gaia source of every X-ray source that has any near it, and whether it is near enough to be the counterpart.
{{ nearest_counterparts(ref('gaia_photometry'), 'gaia_source_id') }}
