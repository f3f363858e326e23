"""The sky that is cut out of the optical and infrared surveys: the neighbourhood of every X-ray
source.

It is made of HEALPix cells, so that its area is known exactly, neighbourhoods that overlap count
once, and points fall evenly over it: at the poles and across right ascension 0 as everywhere.
"""

import numpy as np
from astropy import units as u
from astropy.coordinates import Latitude, Longitude
from astropy_healpix import HEALPix
from mocpy import MOC
from scipy.spatial import cKDTree

from lynceus.inputs.simulated.geometry import ARCSEC, unit_vectors

ORDER = 16  # cells of 3.2 arcsec
CELLS = HEALPix(nside=2**ORDER, order="nested")
FINE = HEALPix(nside=2**29, order="nested")  # 0.4 mas: a point
CELL_AREA = 4 * np.pi / CELLS.npix  # steradian


def cells_around(ra, dec, radius):
    """Return the cells whose centres lie within `radius` (arcsec) of any of the positions
    (degrees), sorted.

    Taking cells by their centres keeps the area right on average, where all touched cells would
    exceed it.
    """
    # every cell that a cone touches, and some more; no need to compute finer than the cells are
    cones = MOC.from_cones(
        lon=Longitude(ra, u.deg),
        lat=Latitude(dec, u.deg),
        radius=(radius + 1) * u.arcsec,
        max_depth=ORDER,
        delta_depth=0,
        union_strategy="small_cones",
        n_threads=1,
    )
    cells = np.asarray(cones.flatten(), np.int64)
    centres = np.stack(CELLS.healpix_to_xyz(cells), axis=-1)
    chord = 2 * np.sin(radius / ARCSEC / 2)
    distance, _ = cKDTree(unit_vectors(ra, dec)).query(centres, distance_upper_bound=chord)
    return np.sort(cells[np.isfinite(distance)])


def points_in(rng, cells, number):
    """Return the coordinates (ra, dec; degrees) of points spread evenly over the cells."""
    inside = 2 * (29 - ORDER)
    chosen = (rng.choice(cells, number) << inside) + rng.integers(0, 1 << inside, number)
    lon, lat = FINE.healpix_to_lonlat(chosen)
    return lon.to_value(u.deg) % 360, lat.to_value(u.deg)


def contains(cells, ra, dec):
    """Return which positions (degrees) lie in the cells, given sorted."""
    cell = CELLS.lonlat_to_healpix(ra * u.deg, dec * u.deg)
    place = np.minimum(np.searchsorted(cells, cell), len(cells) - 1)
    return cells[place] == cell


def moc_of(cells):
    """Return the cells as a MOC."""
    return MOC.from_healpix_cells(
        cells.astype(np.uint64), np.full(len(cells), ORDER, np.uint8), ORDER
    )
