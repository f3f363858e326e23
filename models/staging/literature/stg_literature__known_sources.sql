select catalog, object, class, ra, dec from {{ source('literature', 'literature_known_sources') }}
