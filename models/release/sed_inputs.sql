-- The spectra and filter curves behind all translated photometry.
select kind, name, source, file, sha256 from {{ ref('sed_origins') }} order by kind, name
