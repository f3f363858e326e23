-- The nearest source of each survey to every X-ray source that has any near it, and whether it is
-- near enough to be the counterpart (Yang et al. 2022, ApJ 941, 104, section 2.3).
{{ nearest_counterparts(
    ['gaia', 'twomass', 'allwise', 'catwise', 'unwise', 'panstarrs', 'galex', 'sdss', 'mips']
) }}
