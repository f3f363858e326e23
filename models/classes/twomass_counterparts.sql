-- The nearest 2MASS source of every X-ray source that has any near it, and whether it is near enough to be the counterpart.
{{ nearest_counterparts(ref('twomass_photometry'), 'twomass_designation') }}
