"""The sky area a downloaded or simulated catalogue covers, from the MOC that lies beside its table."""

from pathlib import Path

import numpy as np
from mocpy import MOC

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
    """
    return {
        path.name.removesuffix(SUFFIX): float(MOC.from_fits(path).sky_fraction * SKY_DEG2)
        for path in sorted(Path(folder).glob(f"*{SUFFIX}"))
    }
