"""The instrument: how many photons ACIS counts, how sharp it sees, what it detects and how well it
places it.
"""

import numpy as np

from lynceus.inputs.simulated.spectra import ENERGY, IN_BAND

# On-axis effective area of the telescope with the ACIS-I array, early in the mission (Chandra
# Proposers' Observatory Guide, chapter 6), rounded; keV and cm2.
AREA_ENERGY = np.array(
    [0.5, 0.7, 0.9, 1.0, 1.3, 1.5, 1.8, 2.0, 2.2, 2.6, 3.0, 4.0, 5.0, 6.0, 6.5, 7.0]
)
AREA = np.array(
    [60, 190, 330, 400, 560, 610, 600, 510, 350, 360, 380, 390, 340, 240, 190, 130], float
)
BAND_AREA = IN_BAND * np.interp(ENERGY, AREA_ENERGY, AREA)  # s, m, h rows

ENCLOSED = 0.9  # share of the counts inside the aperture
BACKGROUND = np.array([1.5e-7, 1.8e-7, 9.0e-7])  # counts/s/arcsec2 in s, m, h
FRAME_SECONDS = 3.2
PILEUP, SATURATION = 0.1, 8.0  # counts per frame from which a source is flagged

# 95 % astrometric floor of CSC 2.1: the best-placed sources have error radii near 0.3 arcsec.
POSITION_FLOOR = 0.3
# 1-sigma axes of a 2-D normal distribution in its 95 % axes: 2.4477
SIGMA_PER_95 = np.sqrt(-2 * np.log(0.05))


def count_rates(photons):
    """Return on-axis counts/s in s, m, h as an (n, 3) array, from `spectra.photon_spectra`."""
    return photons @ BAND_AREA.T


def vignetting(theta):
    """Return the share of the on-axis area left at an off-axis angle in arcmin."""
    return 1 / (1 + (np.asarray(theta) / 20) ** 2)


def radius_90(theta):
    """Return the radius, arcsec, of 90 % enclosed counts at an off-axis angle in arcmin.

    References
    ----------
    Perez-Diaz et al. (2026): 1.1 + 0.05 theta + 0.1 theta^2.
    """
    return 1.1 + 0.05 * theta + 0.1 * np.square(theta)


def background_counts(theta, seconds):
    """Return the background counts in s, m, h (last axis) in the 90 % aperture."""
    area = np.pi * radius_90(theta) ** 2
    return (area * seconds)[..., None] * BACKGROUND


def count_errors(counts):
    """Return the lower and upper 68 % errors of Poisson counts: Gehrels (1986), ApJ 303, 336, eqs.
    7 and 11.
    """
    return np.sqrt(np.maximum(counts - 0.25, 0)), 1 + np.sqrt(counts + 0.75)


def significance(total, background):
    """Return net counts over their mean error."""
    low, high = count_errors(total)
    return np.maximum(total - background, 0) / ((low + high) / 2)


def is_detected(rng, measured_significance):
    """Return which sources enter the catalogue: half of those with significance 2.3, hardly any
    below 1.5.
    """
    probability = 1 / (1 + np.exp(-(measured_significance - 2.3) / 0.25))
    return rng.random(len(measured_significance)) < probability


def error_ellipses(rng, counts, theta):
    """Return the 95 % semi-axes (major, minor), arcsec, of positions of sources with net counts at
    theta arcmin.

    The geometric mean follows Kim et al. (2007), ApJS 169, 401, eq. 12; elongation grows off axis.
    """
    log_counts = np.log10(np.maximum(counts, 4.0))
    faint = 0.1145 * theta - 0.4958 * log_counts + 0.1932
    bright = 0.0968 * theta - 0.2064 * log_counts - 0.4260
    kim = 10 ** np.where(log_counts <= 2.1393, faint, bright)
    ratio = np.clip(1 - (theta / 22) * rng.beta(1.2, 1.8, len(theta)), 0.45, 1)
    radius = np.minimum(kim, 25.0)
    return (
        np.hypot(radius / np.sqrt(ratio), POSITION_FLOOR),
        np.hypot(radius * np.sqrt(ratio), POSITION_FLOOR),
    )
