"""What a survey of limited resolution cannot part: light that is added up, and sources that are
lost.
"""

import numpy as np
from scipy.spatial import cKDTree

from lynceus.inputs.simulated.geometry import ARCSEC, offsets, shifted, unit_vectors
from lynceus.inputs.simulated.tables import taken


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
    order = np.lexsort((np.arange(len(ra)), objects["magnitudes"][:, band]))
    rank = np.empty(len(ra), np.int64)
    rank[order] = np.arange(len(ra))
    pairs = cKDTree(unit_vectors(ra, dec)).query_pairs(resolution / ARCSEC, output_type="ndarray")
    faint = np.where(rank[pairs[:, 0]] > rank[pairs[:, 1]], pairs[:, 0], pairs[:, 1])
    bright = pairs.sum(axis=1) - faint
    is_primary = np.ones(len(ra), bool)
    is_primary[faint] = False
    best = np.full(len(ra), len(ra))
    to_primary = is_primary[bright]
    np.minimum.at(best, faint[to_primary], rank[bright[to_primary]])
    home = np.where(is_primary, np.arange(len(ra)), order[np.minimum(best, len(ra) - 1)])
    joins = is_primary | (best < len(ra))
    return _added_up(objects | {"ra": ra, "dec": dec}, home, joins, is_primary, band)


def _added_up(objects, home, joins, is_primary, band):
    """Return the primary objects with the light of those that have them as `home`."""
    light = np.zeros_like(objects["magnitudes"])
    np.add.at(light, home[joins], 10 ** (-0.4 * objects["magnitudes"][joins]))
    weight = 10 ** (-0.4 * objects["magnitudes"][:, band])
    east, north = offsets(objects["ra"][home], objects["dec"][home], objects["ra"], objects["dec"])
    pull = [
        np.bincount(home[joins], (weight * axis)[joins], minlength=len(home))
        for axis in (east, north)
    ]
    total = np.maximum(light[:, band], 1e-30)
    objects["ra"], objects["dec"] = shifted(
        objects["ra"], objects["dec"], pull[0] / total, pull[1] / total
    )
    objects["magnitudes"] = -2.5 * np.log10(np.maximum(light, 1e-30))
    objects["is_blend"] = np.bincount(home[joins], minlength=len(home)) > 1
    return taken(objects, is_primary)
