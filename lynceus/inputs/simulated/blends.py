"""What a survey of limited resolution cannot part: light that is added up, and sources that are
lost.
"""

import numpy as np
from scipy.spatial import cKDTree

from lynceus.inputs.simulated.geometry import ARCSEC, offsets, shifted, unit_vectors
from lynceus.inputs.simulated.tables import length, taken

CROWDED = 10_000  # objects of a field from which on it pays to leave out pairs of two faint ones


def positions_at(objects, epoch):
    """Return the coordinates of the objects at a Julian year, their proper motions applied."""
    years = epoch - objects["epoch"]
    return shifted(
        objects["ra"],
        objects["dec"],
        objects["pmra"] * years / 1000,
        objects["pmdec"] * years / 1000,
    )


def merged(objects, epoch, resolution, band):
    """Return the objects as a survey of limited resolution parts them, at its epoch.

    Brightest first: what lies within `resolution` (arcsec) of a brighter object adds its light to
    it and draws the position towards it; a faint object between two others that is part of neither
    is lost.
    """
    ra, dec = positions_at(objects, epoch)
    number = len(ra)
    order = np.argsort(objects["magnitudes"][:, band], kind="stable")
    rank = np.empty(number, np.int64)
    rank[order] = np.arange(number)
    pairs = _pairs(unit_vectors(ra, dec), order, resolution / ARCSEC)
    faint = np.where(rank[pairs[:, 0]] > rank[pairs[:, 1]], pairs[:, 0], pairs[:, 1])
    bright = pairs.sum(axis=1) - faint
    is_primary = np.ones(number, bool)
    is_primary[faint] = False
    # the brightest primary near each object that is none; `number` if there is none
    best = np.where(is_primary, rank, number)
    to_primary = is_primary[bright]
    np.minimum.at(best, faint[to_primary], rank[bright[to_primary]])
    joins = np.flatnonzero(best < number)
    return _added_up(objects | {"ra": ra, "dec": dec}, joins, order[best[joins]], is_primary, band)


def _pairs(points, order, radius):
    """Return the pairs of points closer than a radius, as an (m, 2) array of rows.

    In a crowded field most pairs are of two faint objects, which tell nothing. There only pairs
    with the brightest object of a cube that is smaller than the radius are returned: no other can
    be a primary, and every other is the fainter one of such a pair.

    Parameters
    ----------
    points : (n, 3) array
        Unit vectors.
    order : (n,) array of int
        Rows, brightest first.
    radius : float, radian
    """
    tree = cKDTree(points, balanced_tree=False, compact_nodes=False)
    if len(points) < CROWDED:
        return tree.query_pairs(radius, output_type="ndarray")
    cubes = np.floor(points * (1.8 / radius)).astype(np.int64)  # the diagonal is sqrt(3) / 1.8 long
    cubes -= cubes.min(axis=0)
    key = np.ravel_multi_index(tuple(cubes.T), cubes.max(axis=0) + 1)
    brightest = order[np.unique(key[order], return_index=True)[1]]
    near = cKDTree(points[brightest]).sparse_distance_matrix(tree, radius, output_type="ndarray")
    pairs = np.stack([brightest[near["i"]], near["j"]], axis=1)
    return pairs[pairs[:, 0] != pairs[:, 1]]


def _added_up(objects, joins, home, is_primary, band):
    """Return the primary objects with the light of the rows `joins`, which have them as `home`."""
    primaries = taken(objects, is_primary)
    number = length(primaries)
    east, north = offsets(
        objects["ra"][home], objects["dec"][home], objects["ra"][joins], objects["dec"][joins]
    )
    home = (np.cumsum(is_primary) - 1)[home]  # as a row of the primaries
    light = objects["light"][joins]
    total = np.maximum(np.stack([np.bincount(home, one, number) for one in light.T], axis=1), 1e-30)
    pull = [np.bincount(home, light[:, band] * axis, number) for axis in (east, north)]
    ra, dec = shifted(
        primaries["ra"],
        primaries["dec"],
        pull[0] / total[:, band],
        pull[1] / total[:, band],
    )
    return primaries | {
        "ra": ra,
        "dec": dec,
        "magnitudes": -2.5 * np.log10(total),
        "is_blend": np.bincount(home, minlength=number) > 1,
    }
