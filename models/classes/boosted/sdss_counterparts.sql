-- The nearest SDSS source of every X-ray source that has any near it, and whether it is near enough to be the counterpart.
{{ nearest_counterparts(ref('stg_sdss__sources'), 'sdss_objid') }}
