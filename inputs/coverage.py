"""The sky area a downloaded or simulated catalogue covers, from the MOC that lies beside its table."""

from pathlib import Path

import numpy as np
from mocpy import MOC

from inputs.checks import RawTableError

SKY_DEG2 = 4 * np.pi * np.degrees(1) ** 2
SUFFIX = "_coverage.moc.fits"


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
    return {path.name.removesuffix(SUFFIX): covered_area(path) for path in sorted(Path(folder).glob(f"*{SUFFIX}"))}


def covered_area(path):
    """Return the area that the MOC of a FITS file covers, deg2.

    Raises
    ------
    RawTableError
        If it cannot be read or covers nothing.
    """
    try:
        area = float(MOC.from_fits(path).sky_fraction * SKY_DEG2)
    except (OSError, ValueError) as error:
        raise RawTableError(f"{path} cannot be read as a MOC: {error}") from error
    if not area:
        raise RawTableError(f"{path} covers no sky; delete it, or write the coverage of the whole table")
    return area
