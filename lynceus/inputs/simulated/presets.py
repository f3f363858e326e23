"""The skies that can be simulated: `hard`, whose sources resemble their neighbours as much as real
ones do, and `kind`, where X-ray sources stand out.

What the presets share is said where it is used; here is where they differ.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from lynceus.inputs.simulated import kinds

# Colours relative to G, Vega, in the order of seds.BANDS: mean quasar (Richards et al. 2006, ApJS
# 166, 470; WISE colours of Assef et al. 2013, ApJ 772, 26) and a galaxy with a mixed stellar
# population.
QUASAR = np.array([0.0, 0.25, -0.45, -1.45, -2.10, -2.80, -3.80, -4.90, -7.80, -10.20])
GALAXY = np.array([0.0, 0.65, -0.85, -2.10, -2.95, -3.65, -4.15, -4.40, -6.90, -8.90])
# of a galaxy, per unit redshift
REDDER = np.array([0.0, 0.15, -0.20, -0.45, -0.55, -0.75, -1.00, -1.25, -1.00, -1.00])


def mean_quasar(redshift):
    """Return the colours of the mean quasar, whatever the redshift."""
    return QUASAR


def redder_galaxy(redshift):
    """Return the colours (n, 10) of galaxies, redder in every band with redshift."""
    return GALAXY + np.minimum(redshift, 1.2)[:, None] * REDDER


# Of quasars by redshift, rounded: emission lines and the host pass through the bands. J - Ks as
# Maddox & Hewett (2006), MNRAS 367, 717; W1 - W2 as Assef et al. (2013), ApJ 772, 26.
QUASAR_REDSHIFT = np.array([0.0, 0.2, 0.5, 0.8, 1.2, 1.6, 2.2, 2.8, 3.5])
QUASAR_BY_REDSHIFT = np.array(
    [
        [0, 0.25, -0.55, -1.35, -2.20, -3.20, -4.50, -5.40, -8.3, -10.7],
        [0, 0.22, -0.48, -1.35, -2.15, -3.05, -4.30, -5.25, -8.2, -10.6],
        [0, 0.18, -0.42, -1.35, -2.00, -2.75, -4.00, -5.05, -8.0, -10.4],
        [0, 0.15, -0.38, -1.40, -1.95, -2.65, -3.80, -5.00, -7.8, -10.2],
        [0, 0.15, -0.36, -1.40, -2.00, -2.60, -3.60, -4.90, -7.7, -10.1],
        [0, 0.17, -0.38, -1.30, -1.95, -2.50, -3.35, -4.65, -7.6, -10.0],
        [0, 0.18, -0.38, -1.25, -1.75, -2.45, -3.15, -4.20, -7.4, -9.9],
        [0, 0.22, -0.40, -1.25, -1.75, -2.25, -3.00, -3.75, -7.2, -9.8],
        [0, 0.40, -0.48, -1.30, -1.80, -2.25, -3.00, -3.55, -7.0, -9.7],
    ]
)
# Of galaxies by redshift, rounded. J - Ks of nearby ones 0.9 (Jarrett et al. 2003, AJ 125, 525), and
# redder with redshift by their K corrections (Mannucci et al. 2001, MNRAS 326, 745; Chilingarian et
# al. 2010, MNRAS 405, 1409).
GALAXY_REDSHIFT = np.array([0.0, 0.1, 0.25, 0.4, 0.6, 0.9, 1.3])
GALAXY_BY_REDSHIFT = np.array(
    [
        [0, 0.42, -0.62, -1.75, -2.40, -2.65, -2.80, -2.82, -5.5, -7.7],
        [0, 0.45, -0.66, -1.85, -2.52, -2.92, -3.30, -3.42, -5.9, -8.0],
        [0, 0.50, -0.72, -2.00, -2.72, -3.32, -3.85, -4.10, -6.4, -8.4],
        [0, 0.58, -0.78, -2.20, -2.95, -3.70, -4.30, -4.55, -6.8, -8.7],
        [0, 0.62, -0.85, -2.45, -3.25, -4.10, -4.90, -5.10, -7.2, -9.1],
        [0, 0.60, -0.90, -2.70, -3.55, -4.35, -5.30, -5.60, -7.7, -9.7],
        [0, 0.50, -0.90, -2.80, -3.70, -4.50, -5.50, -5.95, -8.2, -10.2],
    ]
)


def _by_redshift(grid, colours):
    def colours_at(redshift):
        return np.stack([np.interp(redshift, grid, band) for band in colours.T], axis=1)

    return colours_at


@dataclass(frozen=True)
class Preset:
    """What one sky says of its sources and another says otherwise.

    Shares are in the order of kinds.KINDS.
    """

    kinds: tuple[kinds.Kind, ...]
    # of the kinds among detected sources: in the plane, at the poles, in a star-forming region
    plane_shares: np.ndarray
    pole_shares: np.ndarray
    region_shares: np.ndarray
    # pointings per area in the plane over those at the poles, less one; deg, how fast that falls off
    plane_excess: float
    latitude_scale: float
    # how much fewer sources a field in the plane has than one at the poles, where the deepest
    # surveys are; deg, how fast that falls off
    survey_excess: float
    survey_scale: float
    # star-forming regions among fields in the plane; how many times the sources of another field
    # they have; from and to which distance they lie (log pc)
    region_share: float
    region_richness: float
    region_log_distance: tuple[float, float]
    depth: float  # factor on exposures
    # pc within which half the members of a region lie; None: they lie all over the field
    cluster_radius: float | None
    # km/s; None: the stars of a region move as freely as all young ones
    region_dispersion: float | None
    # members of a region without detected X-rays, per young star with
    members: float
    disc_share: float  # young stars with a disc
    disc_excess: np.ndarray  # mag, in the order of seds.BANDS
    # sources of known class among the X-ray bright that are brighter than a limit in G, of AGN among
    # those with the optical spectrum of a quasar; and among other AGN
    training_share: np.ndarray
    training_faintest: np.ndarray
    training_share_of_hosts: float
    obscured_share: float  # AGN behind a torus
    log_fx_fo: tuple[float, float]  # X-ray to optical flux ratio of AGN, mean and scatter
    quasar_colours: Callable
    galaxy_colours: Callable
    # mag, of what Gaia's windows do not hold of a galaxy, in the order of seds.BANDS
    outside_window: np.ndarray
    # mag, in BP and in RP, of the nebula of a star-forming region in the window of an object: mean,
    # scatter between regions, scatter in one
    nebula: tuple[float, float, float] | None
    # arcsec, within which the light of neighbours is in BP and RP, 0 for none; background, electron/s
    colour_window: float
    background: dict[str, float]
    # logarithm of the odds that Gaia's classifier takes an AGN for a quasar where its host is
    # brighter than its nucleus
    host_odds: float
    # sources that Gaia flags as variable, and such among all other objects
    variable_share: np.ndarray
    field_variable_share: float


KIND = Preset(
    kinds=kinds.KINDS,
    plane_shares=np.array([0.30, 0.46, 0.025, 0.05, 0.02, 0.035, 0.09, 0.02]),
    pole_shares=np.array([0.865, 0.12, 0.0, 0.0, 0.0005, 0.0035, 0.007, 0.004]),
    region_shares=np.array([0.10, 0.16, 0.04, 0.68, 0.003, 0.003, 0.011, 0.003]),
    plane_excess=9.0,
    latitude_scale=4.0,
    survey_excess=0.6,
    survey_scale=15.0,
    region_share=0.22,
    region_richness=1.0,
    region_log_distance=(2.2, 3.4),
    depth=1.0,
    cluster_radius=None,
    region_dispersion=None,
    members=0.0,
    disc_share=0.4,
    disc_excess=np.array([0, 0, 0, 0.05, 0.15, 0.40, 0.95, 1.45, 3.4, 5.6]),
    training_share=np.array([0.4, 0.15, 0.6, 0.5, 0.4, 0.5, 0.4, 0.6]),
    training_faintest=np.full(8, np.inf),
    training_share_of_hosts=0.4,
    obscured_share=0.45,
    log_fx_fo=(0.1, 0.4),
    quasar_colours=mean_quasar,
    galaxy_colours=redder_galaxy,
    outside_window=np.full(10, 2.0),
    nebula=None,
    colour_window=0.0,
    background={"g": 100.0, "bp": 400.0, "rp": 400.0},
    host_odds=2.0,
    variable_share=np.array([0.25, 0.25, 0.15, 0.55, 0.3, 0.25, 0.6, 0.0]),
    field_variable_share=0.025,
)


def _changed(**changes):
    """Return the kinds with some fields changed, by name of the kind."""
    return tuple(
        replace(kind, **changes.get(kind.name.replace("-", "_"), {})) for kind in kinds.KINDS
    )


# Whence the values of the hard sky; what the papers leave open is set so that the figures that
# docs/simulated_sky.md compares with published ones come out:
# - Fields: star-forming regions are many and rich near the plane (X-ray surveys of them: Townsley et
#   al. 2011, ApJS 194, 1, and 2019, ApJS 244, 28; Feigelson et al. 2013, ApJS 209, 26; Getman et al.
#   2017, ApJS 229, 28), the other rich ones are deep surveys far from it. Fields and exposures are
#   such that .62 of the sources have a Gaia source within 15 arcsec (Perez-Diaz et al. 2026, table 1).
# - A region is a cluster: half its members within 0.6 pc, as the subclusters of Kuhn et al. (2014,
#   ApJ 787, 107), moving as one within 2 km/s (Kuhn et al. 2019, ApJ 870, 32), with several members
#   too faint in X-rays to each that is detected (Kuhn et al. 2015, ApJ 802, 60), 0.4 to 2.5 kpc away.
# - Young stars: L_X grows with mass (Preibisch et al. 2005, ApJS 160, 401), columns of 10^21 to 10^22.5
#   cm-2 (Feigelson et al. 2005, ApJS 160, 379), discs about two in three (Haisch et al. 2001, ApJ 553,
#   L153) that show in Ks (Meyer et al. 1997, AJ 114, 288).
# - AGN: half of them obscured, more at low luminosity (Ueda et al. 2014, ApJ 786, 104); a wide range
#   of flux ratios (Civano et al. 2012, ApJS 201, 30); where the host outshines the nucleus, no quasar
#   for Gaia (Delchambre et al. 2023, A&A 674, A31).
# - Gaia: a prism's window of 3.5 by 2.1 arcsec holds neighbours, nebula and the outskirts of a galaxy
#   (Riello et al. 2021, A&A 649, A3). Counterparts of MUWCLASS' training set have errors in RP of
#   0.08 mag at G = 20.5 and, in BP and RP together, the middle young star of G = 16 1.7 times its flux
#   in G, a tenth of the AGN more than 3.8 times. 10 million variables of 1.8 billion, few of the young
#   stars among them (Eyer et al. 2023, A&A 674, A13; Marton et al. 2023, A&A 674, A21).
# - Known classes: quasars by their spectra, bright stars by their types, and most young stars (Yang
#   et al. 2022, ApJ 941, 104, table 1).
HARD = Preset(
    kinds=_changed(
        YSO={"stars": ("F8V", "M4V"), "log_lx": (31.2, 28.9), "log_local_nh": (21.75, 0.75)},
        HM_STAR={"log_local_nh": (21.8, 0.35)},
    ),
    plane_shares=np.array([0.445, 0.20, 0.02, 0.10, 0.012, 0.03, 0.165, 0.028]),
    pole_shares=np.array([0.93, 0.055, 0.0, 0.0, 0.0005, 0.0035, 0.007, 0.004]),
    region_shares=np.array([0.12, 0.06, 0.04, 0.76, 0.003, 0.003, 0.011, 0.003]),
    plane_excess=3.0,
    latitude_scale=2.5,
    survey_excess=0.9,
    survey_scale=35.0,
    region_share=0.75,
    region_richness=1.7,
    region_log_distance=(2.6, 3.4),
    depth=4.0,
    cluster_radius=0.6,
    region_dispersion=2.0,
    members=5.0,
    disc_share=0.65,
    disc_excess=np.array([0, 0, 0, 0.05, 0.25, 0.65, 1.20, 1.75, 3.6, 5.7]),
    training_share=np.array([0.75, 0.9, 0.6, 0.9, 0.4, 0.5, 0.4, 0.6]),
    training_faintest=np.array([np.inf, 13.5, *[np.inf] * 6]),
    training_share_of_hosts=0.15,
    obscured_share=0.55,
    log_fx_fo=(0.2, 0.55),
    quasar_colours=_by_redshift(QUASAR_REDSHIFT, QUASAR_BY_REDSHIFT),
    galaxy_colours=_by_redshift(GALAXY_REDSHIFT, GALAXY_BY_REDSHIFT),
    outside_window=np.array([2.0, 1.0, 1.0, *[2.0] * 7]),
    nebula=(18.6, 1.0, 1.0),
    colour_window=1.75,
    background={"g": 100.0, "bp": 400.0, "rp": 1700.0},
    host_odds=-6.0,
    variable_share=np.array([0.10, 0.05, 0.05, 0.12, 0.2, 0.12, 0.35, 0.0]),
    field_variable_share=0.01,
)
PRESETS = {"hard": HARD, "kind": KIND}
