"""What a survey of limited resolution cannot part: light that is added up, and sources that are
lost.
"""

import numpy as np
from scipy.spatial import cKDTree

from lynceus.inputs.simulated.geometry import ARCSEC, offsets, shifted, unit_vectors
from lynceus.inputs.simulated.tables import length, taken

# objects of a field times the square of the resolution in arcsec, from which on most pairs are of
# two faint objects, and it pays not to look for those
CROWDED = 600_000
LOST = -1


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
    order = np.argsort(objects["magnitudes"][:, band], kind="stable")
    home = np.empty(len(ra), np.int64)
    brightest_first = unit_vectors(ra[order], dec[order])
    home[order] = np.append(order, LOST)[_homes(brightest_first, resolution / ARCSEC)]
    return _added_up(objects | {"ra": ra, "dec": dec}, home, band)


def _homes(points, radius):
    """Return the row of the brightest primary near each object: its own for a primary, -1 if there
    is none.

    Parameters
    ----------
    points : (n, 3) array
        Unit vectors, brightest first.
    radius : float, radian
    """
    number = len(points)
    is_crowded = number * (radius * ARCSEC) ** 2 > CROWDED
    candidates, bright, faint = (_telling_pairs if is_crowded else _all_pairs)(points, radius)
    is_primary = np.zeros(number, bool)
    is_primary[candidates] = True
    is_primary[faint] = False
    home = np.where(is_primary, np.arange(number), number)
    counts = is_primary[bright]
    np.minimum.at(home, faint[counts], bright[counts])
    return np.where(home < number, home, LOST)


def _all_pairs(points, radius):
    """Return the rows that may be primaries, here all, and the brighter and the fainter row of each
    pair within the radius.
    """
    bright, faint = _tree(points).query_pairs(radius, output_type="ndarray").T
    return np.arange(len(points)), bright, faint


def _telling_pairs(points, radius):
    """Return what `_all_pairs` does, less rows that cannot be primaries and pairs of two of them.

    Only the brightest object of a cube that is smaller than the radius can be a primary, and only
    if that of no other cube is near and brighter.
    """
    cubes = np.floor(points * (1.8 / radius)).astype(np.int64)  # the diagonal is sqrt(3) / 1.8 long
    cubes -= cubes.min(axis=0)
    key = np.ravel_multi_index(tuple(cubes.T), cubes.max(axis=0) + 1)
    rows = np.sort(np.unique(key, return_index=True)[1])
    rows = np.delete(rows, _all_pairs(points[rows], radius)[2])
    near = _tree(points[rows]).sparse_distance_matrix(_tree(points), radius, output_type="ndarray")
    one, other = rows[near["i"]], near["j"]
    one, other = one[one != other], other[one != other]
    return rows, np.minimum(one, other), np.maximum(one, other)


def _tree(points):
    return cKDTree(points, balanced_tree=False, compact_nodes=False)  # quicker, of few queries


def _added_up(objects, home, band):
    """Return the primary objects with the light of all that have them as `home`."""
    is_primary = home == np.arange(len(home))
    joins = np.flatnonzero(home != LOST)
    home = home[joins]
    kept = {name: objects[name] for name in objects if name not in ("magnitudes", "light")}
    primaries = taken(kept, is_primary)
    number = length(primaries)
    east, north = offsets(
        objects["ra"][home], objects["dec"][home], objects["ra"][joins], objects["dec"][joins]
    )
    home = (np.cumsum(is_primary) - 1)[home]  # as a row of the primaries
    light = objects["light"].take(joins, axis=0)
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
