"""`make bench`: every measurement, one after another."""

import sys

from bench import export, match

print("== match: 400,000 X-ray and 5 million Gaia sources", flush=True)
sys.argv = ["bench.match", "--large"]
match.main()
print("\n== export: 1,000,000 rows", flush=True)
sys.argv = ["bench.export"]
export.main()
