"""Fields of the sky: sources linked by chains of neighbours, so that a whole field can be held out
of training.
"""

import logging

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

LOG = logging.getLogger(__name__)


def sky_fields(ra, dec, link_deg):
    """Return the field of each source: those closer than `link_deg` share one, and so do chains of
    them.

    Parameters
    ----------
    ra, dec : (n,) array, deg
    link_deg : float, deg

    Returns
    -------
    (n,) int array
        Numbered from 0 in the order of the first source of each.
    """
    if len(ra) == 0:
        return np.empty(0, int)
    ra, dec = np.radians(np.asarray(ra, float)), np.radians(np.asarray(dec, float))
    place = np.stack([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)], axis=1)
    chord = 2 * np.sin(np.radians(link_deg) / 2)
    near = cKDTree(place).query_pairs(chord, output_type="ndarray")
    links = coo_array((np.ones(len(near)), near.T), shape=(len(ra), len(ra)))
    label = connected_components(links, directed=False)[1]
    _, first, inverse = np.unique(label, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse]


def balanced_folds(field, folds):
    """Return a fold for each source, whole fields in one, as even in number of sources as fields
    allow: largest first.

    Parameters
    ----------
    field : (n,) int array
        Numbered from 0.
    folds : int

    Returns
    -------
    (n,) int array
    """
    sizes = np.bincount(field) if len(field) else np.empty(0, int)
    fold_of, filled = np.zeros(len(sizes), int), np.zeros(folds, int)
    for one in np.lexsort((np.arange(len(sizes)), -sizes)):
        fold_of[one] = np.argmin(filled)
        filled[fold_of[one]] += sizes[one]
    return fold_of[field]


def can_be_held_out(fold, classifier, scheme):
    """Return whether sources (n,) are in two folds or more, so that a model can be trained without
    one; if not, the log says so.
    """
    number = len(np.unique(fold))
    if number < 2:
        LOG.warning(
            "%s: no validation by scheme %s, all %d training sources are in one fold",
            classifier,
            scheme,
            len(fold),
        )
    return number >= 2
