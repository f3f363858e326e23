-- Table A2 of Perez-Diaz et al. 2024: ten of the sources of ambiguous class.
-- One row per X-ray source: those with most detections. All are in formats.umlcaxs_ambiguous.
select * exclude (ra, dec, otype, simbad_class, label_state)
from {{ ref('umlcaxs_ambiguous') }}
order by detection_count desc, csc_name
limit 10
