-- Only evaluation models may read this (tests/test_lineage.py).
select name as csc_name, galaxy, kind, "MatchID" as hsc_match_id
from {{ source('galaxies', 'galaxy_truth') }}
