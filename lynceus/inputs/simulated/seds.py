"""Optical to infrared light: one set of magnitudes and one extinction law for Gaia, 2MASS and WISE.

Magnitudes are (n, 10) arrays, Vega, in the order of `BANDS`.
"""

from pathlib import Path

import numpy as np

BANDS = ("g", "bp", "rp", "j", "h", "ks", "w1", "w2", "w3", "w4")
G, BP, RP, J, H, KS, W1, W2, W3, W4 = range(len(BANDS))

# A_band / A_V: Wang & Chen (2019), ApJ 877, 116, table 3; W4 is not given there and taken as W3.
EXTINCTION = np.array([0.789, 1.002, 0.589, 0.243, 0.131, 0.078, 0.039, 0.026, 0.040, 0.040])
NH_PER_AV = 2.21e21  # cm-2 per mag: Guver & Ozel (2009), MNRAS 400, 2050

_LINES = Path(__file__).with_name("star_sequence.csv").read_text().splitlines()
SEQUENCE = np.genfromtxt(
    [line for line in _LINES if not line.startswith("#")],
    delimiter=",",
    names=True,
    dtype=None,
    encoding="utf-8",
)
SEQUENCE_MAGNITUDES = np.stack([SEQUENCE[band] for band in BANDS], axis=1)
# of each row, the first and the last row of its sequence
_SAME = SEQUENCE["sequence"] == SEQUENCE["sequence"][:, None]
_FIRST, _LAST = _SAME.argmax(axis=1), len(SEQUENCE) - 1 - _SAME[:, ::-1].argmax(axis=1)


def sequence_rows(first, last):
    """Return the row numbers of the star sequence from one spectral type to another, both included."""
    types = list(SEQUENCE["spectral_type"])
    return np.arange(types.index(first), types.index(last) + 1)


def spread_types(rng, rows):
    """Return the rows as fractions up to half a type earlier or later, kept inside their sequence."""
    place = rows + rng.uniform(-0.5, 0.5, np.shape(rows))
    return np.clip(place, _FIRST[rows], _LAST[rows])


def sequence_values(place, column):
    """Return a column of the star sequence (`teff`, `logg`, a band) between its rows."""
    return np.interp(place, np.arange(len(SEQUENCE)), SEQUENCE[column].astype(float))


def star_magnitudes(place):
    """Return the (n, 10) absolute magnitudes of stars at fractional rows of the star sequence."""
    return np.stack([sequence_values(place, band) for band in BANDS], axis=1)


def apparent(absolute, distance, a_v):
    """Return apparent magnitudes at a distance in pc behind an extinction A_V in mag."""
    return absolute + (5 * np.log10(distance) - 5)[:, None] + np.asarray(a_v)[:, None] * EXTINCTION


def combined(*magnitudes):
    """Return the magnitudes of the light of several objects together."""
    return -2.5 * np.log10(sum(10 ** (-0.4 * magnitude) for magnitude in magnitudes))
