-- Table A1 of Perez-Diaz et al. 2024: ten of the uniquely classified sources.
-- One row per X-ray source: those with most detections. All are in
-- formats.umlcaxs_uniquely_classified.
select * exclude (ra, dec, otype, simbad_class, label_state)
from {{ ref('umlcaxs_uniquely_classified') }}
order by detection_count desc, csc_name
limit 10
