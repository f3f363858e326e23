"""What a spectral fit to the counts in three bands would say: an absorbed power law and an absorbed
black body.
"""

from functools import cache

import numpy as np
from scipy.spatial import cKDTree

from lynceus.inputs.simulated.acis import count_rates
from lynceus.inputs.simulated.spectra import Emission, photon_spectra

FEWEST_COUNTS = 150  # the catalogue fits only sources with at least so many net counts
COLUMNS = np.concatenate([[0.0], np.geomspace(1e19, 2e23, 60)])  # cm-2
GAMMAS = np.linspace(-1.0, 9.0, 81)
TEMPERATURES = np.geomspace(0.08, 5.0, 70)  # keV


def fit(counts):
    """Return the best power law and black body for net counts in s, m, h.

    Parameters
    ----------
    counts : (n, 3) array

    Returns
    -------
    dict of (n,) arrays, NaN below `FEWEST_COUNTS`
        powlaw_gamma, powlaw_nh (1e20 cm-2), bb_kt (keV), each with _lolim and _hilim (68 %).
    """
    is_fitted = np.sum(counts, axis=1) >= FEWEST_COUNTS
    colours = _colours(np.maximum(counts[is_fitted], 1.0))
    error = np.sqrt(np.sum(1 / np.maximum(counts[is_fitted], 1.0), axis=1))
    gamma, nh = _nearest("power law", colours)
    bb_kt, _ = _nearest("black body", colours)
    values = {
        "powlaw_gamma": (gamma, 0.8 * error, -np.inf),
        "powlaw_nh": (nh / 1e20, (0.3 * nh / 1e20 + 8) * error, 0.0),
        "bb_kt": (bb_kt, 0.45 * bb_kt * error, 0.01),
    }
    columns = {}
    for name, (value, sigma, least) in values.items():
        for suffix, shift in (("", 0), ("_lolim", -1), ("_hilim", 1)):
            columns[name + suffix] = np.full(len(counts), np.nan)
            columns[name + suffix][is_fitted] = np.maximum(value + shift * sigma, least)
    return columns


def _nearest(model, colours):
    """Return the parameters of the model whose colours are nearest, smoothed over the four nearest
    of its grid.
    """
    tree, parameters = _grid(model)
    if len(colours) == 0:
        return np.empty(0), np.empty(0)
    distance, index = tree.query(colours, k=4)
    weight = 1 / (distance + 1e-3)
    return tuple(np.sum(parameters[index] * weight[..., None], axis=1).T / weight.sum(axis=1))


@cache
def _grid(model):
    shapes = GAMMAS if model == "power law" else TEMPERATURES
    shape, nh = (axis.ravel() for axis in np.meshgrid(shapes, COLUMNS, indexing="ij"))
    ones, zeros = np.ones_like(shape), np.zeros_like(shape)
    if model == "power law":
        emission = Emission(shape, ones, ones, zeros, zeros)
    else:
        emission = Emission(ones, ones, shape, zeros, ones)
    counts = count_rates(photon_spectra(emission, ones, nh))
    return cKDTree(_colours(counts)), np.stack([shape, nh], axis=1)


def _colours(counts):
    soft, medium, hard = np.maximum(counts, 1e-12 * counts.sum(axis=1, keepdims=True)).T
    return np.stack([np.log(hard / medium), np.log(medium / soft)], axis=1)
