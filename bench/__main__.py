"""`make bench`: every measurement that needs no database of the user's, one after another."""

import sys

from bench import (
    build,
    deduplicate,
    densities,
    export,
    match,
    matching,
    random_negatives,
    scoring,
    sed,
    umlcaxs,
)

STEPS = (
    ("match: 400,000 X-ray and 5 million Gaia sources", match, ["--large"]),
    ("matching: any catalogues, on the same sky", matching, ["--large"]),
    ("densities: calibration with a global and a local density", densities, []),
    ("scoring: 2.4 million candidates", scoring, []),
    ("build: 320,000 X-ray sources", build, []),
    ("random negatives", random_negatives, []),
    ("export: 1,000,000 rows", export, []),
    ("sed: 11,266 and a million sources", sed, []),
    ("umlcaxs: 30,000 detections", umlcaxs, []),
    ("deduplicate: a million entries of catalogues", deduplicate, []),
)

for title, module, arguments in STEPS:
    print(f"\n== {title}", flush=True)
    sys.argv = [module.__name__, *arguments]
    module.main()
