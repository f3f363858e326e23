"""The simulated sky: X-ray sources of known kind and their counterparts, as raw tables with the
truth beside them.

Read in this order: `presets` (what a hard and a kind sky say otherwise), `pointings` (where Chandra
looked), `kinds` (what emits X-rays), `regions` (where stars form), `counterparts` and `galaxy` (what
shines in the optical and infrared), `spectra` and `acis` (what Chandra receives), `detections`,
`measurements` and `catalogue` (what the source catalogue finds and says), `blends`, `gaia` and
`infrared` (what Gaia, 2MASS and WISE say), `sky` (all of it).
"""

from lynceus.inputs.simulated.sky import simulate_sky

__all__ = ["simulate_sky"]
