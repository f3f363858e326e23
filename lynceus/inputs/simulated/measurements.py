"""Fluxes and hardness ratios from counts, with the limits the source catalogue gives."""

import numpy as np

from lynceus.inputs.simulated import acis

BANDS = ("s", "m", "h")
HARDNESS_LIMIT = 0.9994  # the catalogue's ratios end here


def band_fluxes(total, background, seconds, photons_per_count, energy_per_count):
    """Return net counts, photon and energy fluxes per band with their 68 % limits.

    Parameters
    ----------
    total, background : (n, 3) array
        Counts in the aperture, s, m, h.
    seconds : (n,) array
        Exposure times the share of area and light collected; fluxes are NaN where it is 0.
    photons_per_count, energy_per_count : (n, 3) array
        Photons (erg) per cm2 for each count on axis.

    Returns
    -------
    dict of str to (n, 3) tuples of arrays
        For "s", "m", "h" and "b": (value, lolim, hilim) of "counts", "photflux", "flux".
    """
    low, high = acis.count_errors(total)
    net = np.maximum(total - background, 0)
    seconds = np.where(seconds > 0, seconds, np.nan)[:, None]
    fluxes = {}
    for quantity, factor in (
        ("counts", np.where(np.isnan(seconds), np.nan, 1.0) * np.ones(3)),
        ("photflux", photons_per_count / seconds),
        ("flux", energy_per_count / seconds),
    ):
        value, below, above = net * factor, low * factor, high * factor
        for i, band in enumerate(BANDS):
            fluxes[quantity, band] = _with_limits(value[:, i], below[:, i], above[:, i])
        fluxes[quantity, "b"] = _with_limits(
            value.sum(axis=1),
            np.sqrt(np.sum(below**2, axis=1)),
            np.sqrt(np.sum(above**2, axis=1)),
        )
    return fluxes


def _with_limits(value, below, above):
    return value, np.maximum(value - below, 0), value + above


def hardness(fluxes, first, second):
    """Return the hardness ratio (a - b) / (a + b) of two bands' photon fluxes with its 68 % limits.

    NaN where both bands together hold fewer than five net counts: nothing is known then.
    """
    a, b = fluxes["photflux", first], fluxes["photflux", second]
    total = a[0] + b[0]
    known = fluxes["counts", first][0] + fluxes["counts", second][0] >= 5
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = (a[0] - b[0]) / total
        error_a, error_b = (a[2] - a[1]) / 2, (b[2] - b[1]) / 2
        sigma = 2 * np.hypot(b[0] * error_a, a[0] * error_b) / total**2
    limits = (ratio, ratio - sigma, ratio + sigma)
    return tuple(
        np.where(known, np.clip(value, -HARDNESS_LIMIT, HARDNESS_LIMIT), np.nan) for value in limits
    )
