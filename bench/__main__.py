"""`make bench`: every measurement, one after another."""

import sys

from bench import build, densities, export, match, matching, random_negatives, scoring

STEPS = (
    ("match: 400,000 X-ray and 5 million Gaia sources", match, ["--large"]),
    ("matching: any catalogues, on the same sky", matching, ["--large"]),
    ("densities: calibration with a global and a local density", densities, []),
    ("scoring: 2.4 million candidates", scoring, []),
    ("build: 320,000 X-ray sources", build, []),
    ("random negatives", random_negatives, []),
    ("export: 1,000,000 rows", export, []),
)

for title, module, arguments in STEPS:
    print(f"\n== {title}", flush=True)
    sys.argv = [module.__name__, *arguments]
    module.main()
