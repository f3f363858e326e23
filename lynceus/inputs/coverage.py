"""The sky area a downloaded or simulated catalogue covers, from the MOC that lies beside its table."""

from pathlib import Path

import astropy.units as u
import numpy as np
from astropy.coordinates import SkyCoord
from mocpy import MOC

from lynceus.inputs.checks import RawTableError
from lynceus.inputs.raw_tables import COVERAGE_SUFFIX

SKY_DEG2 = 4 * np.pi * np.degrees(1) ** 2


def covered_areas(folder):
    """Return the area of each catalogue with a coverage MOC in the folder.

    Parameters
    ----------
    folder : path
        Folder of the raw tables; a MOC is `<table>_coverage.moc.fits`.

    Returns
    -------
    dict of str to float, deg2

    Raises
    ------
    RawTableError
        If a MOC cannot be read or covers nothing.
    """
    return {
        path.name.removesuffix(COVERAGE_SUFFIX): area_deg2(read_moc(path))
        for path in sorted(Path(folder).glob(f"*{COVERAGE_SUFFIX}"))
    }


def read_moc(path):
    """Return the MOC of a FITS file.

    Raises
    ------
    RawTableError
        If it cannot be read or covers nothing.
    """
    try:
        moc = MOC.from_fits(path)
    except (OSError, ValueError) as error:
        raise RawTableError(f"{path} cannot be read as a MOC: {error}") from error
    if moc.empty():
        raise RawTableError(
            f"{path} covers no sky; delete it, or write the coverage of the whole table"
        )
    return moc


def area_deg2(moc):
    """Return the area of a MOC, deg2."""
    return float(moc.sky_fraction * SKY_DEG2)


def holds_circles(moc, ra, dec, radius):
    """Return whether a MOC holds circles: their centres, and eight points of each rim.

    Parameters
    ----------
    moc : MOC
    ra, dec : (n,) array, deg
    radius : float, deg

    Returns
    -------
    (n,) bool array
    """
    centres = SkyCoord(ra * u.deg, dec * u.deg)
    inside = moc.contains_skycoords(centres)
    for angle in range(0, 360, 45):
        inside &= moc.contains_skycoords(
            centres.directional_offset_by(angle * u.deg, radius * u.deg)
        )
    return inside
