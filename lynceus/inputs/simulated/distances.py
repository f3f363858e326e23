"""Distances of Gaia sources from their parallaxes and colours, in the form of Bailer-Jones et al.
(2021), AJ 161, 147.

The prior is simpler than theirs: space density falls off exponentially with the distance from the
Sun, with one scale length for the whole sky (Bailer-Jones 2015, PASP 127, 994, eq. 17); the
photogeometric distance is that of a dwarf of the star's colour, give or take a magnitude.
"""

import numpy as np

from lynceus.inputs.simulated import seds
from lynceus.inputs.simulated.tables import concatenated

SCALE_LENGTH = 1350.0  # pc: Astraatmadja & Bailer-Jones (2016), ApJ 833, 119
DWARF_SCATTER = 1.0  # mag; extinction, binaries and giants around the sequence of dwarfs
GRID = np.geomspace(5.0, 30_000.0, 400)  # pc
QUANTILES = {"med": 0.5, "lo": 0.158655, "hi": 0.841345}
ZERO_POINT = -0.03  # mas: Lindegren et al. (2021), A&A 649, A4

_DWARFS = np.flatnonzero(seds.SEQUENCE["sequence"] == "dwarf")
_COLOUR = seds.SEQUENCE_MAGNITUDES[_DWARFS, seds.BP] - seds.SEQUENCE_MAGNITUDES[_DWARFS, seds.RP]
_BY_COLOUR = np.argsort(_COLOUR)
# per logarithmic step of the grid the prior is r^3 exp(-r / L)
_LOG_PRIOR = 3 * np.log(GRID) - GRID / SCALE_LENGTH
_PARALLAX, _MODULUS = 1000 / GRID, 5 * np.log10(GRID) - 5
BLOCK = 64  # sources at a time: what is computed of them then stays in the processor's cache


def distance_columns(gaia):
    """Return the rows of `gaia_distance` for rows of `gaia_source`: of the sources with a parallax."""
    rows = np.flatnonzero(np.isfinite(gaia["parallax"]))
    absolute = np.interp(
        gaia["bp_rp"][rows],
        _COLOUR[_BY_COLOUR],
        seds.SEQUENCE_MAGNITUDES[_DWARFS, seds.G][_BY_COLOUR],
    )
    given = {
        "parallax": gaia["parallax"][rows] - ZERO_POINT,
        "error": gaia["parallax_error"][rows],
        "modulus": gaia["phot_g_mean_mag"][rows] - absolute,
    }
    parts = [
        _distances(**{name: values[first : first + BLOCK, None] for name, values in given.items()})
        for first in range(0, max(len(rows), 1), BLOCK)
    ]
    return {"source_id": gaia["source_id"][rows]} | concatenated(parts)


def _distances(parallax, error, modulus):
    """Return both kinds of distances of some sources, given as (n, 1) arrays."""
    log_density = _LOG_PRIOR - 0.5 / error**2 * (parallax - _PARALLAX) ** 2
    with_colour = log_density - 0.5 / DWARF_SCATTER**2 * (modulus - _MODULUS) ** 2
    return _quantiles(log_density, "geo") | _quantiles(with_colour, "photogeo")


def _quantiles(log_density, kind):
    """Return the columns of one kind of distance; NaN where the density is."""
    density = log_density - log_density.max(axis=1, keepdims=True)
    np.maximum(density, -700.0, out=density)  # what underflows takes many times as long
    np.exp(density, out=density)
    cumulative = np.cumsum(density, axis=1, out=density)
    total = cumulative[:, -1:]
    return {
        f"r_{name}_{kind}": np.where(
            np.isfinite(total[:, 0]),
            GRID[(cumulative >= quantile * total).argmax(axis=1)],  # the first such
            np.nan,
        )
        for name, quantile in QUANTILES.items()
    }
