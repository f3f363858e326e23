"""Positions on the sphere: exact at the poles and across right ascension 0, plain arrays in and
out.
"""

from functools import cache, reduce

import numpy as np

ARCSEC = np.degrees(1) * 3600  # arcsec per radian

# Rows are the Galactic axes in ICRS coordinates (Hipparcos catalogue, ESA SP-1200, vol. 1, eq.
# 1.5.11).
GALACTIC_FROM_ICRS = np.array(
    [
        [-0.0548755604, -0.8734370902, -0.4838350155],
        [0.4941094279, -0.4448296300, 0.7469822445],
        [-0.8676661490, -0.1980763734, 0.4559837762],
    ]
)


def unit_vectors(ra, dec):
    """Return (n, 3) unit vectors of coordinates in degrees."""
    ra, dec = np.radians(ra), np.radians(dec)
    return np.stack([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)], axis=-1)


def local_axes(ra, dec):
    """Return the unit vectors towards east and north, each (n, 3), at coordinates in degrees."""
    east, north, _ = _axes(ra, dec)
    return np.stack(east, axis=-1), np.stack(north, axis=-1)


def _axes(ra, dec):
    """Return the unit vectors towards east, north and the position itself, each as a list of its
    components x, y, z.

    Sums over three whole arrays are several times quicker than over a last axis of three.
    """
    ra, dec = np.broadcast_arrays(np.radians(ra), np.radians(dec))
    sin_ra, cos_ra, sin_dec, cos_dec = np.sin(ra), np.cos(ra), np.sin(dec), np.cos(dec)
    return (
        [-sin_ra, cos_ra, np.zeros_like(ra)],
        [-sin_dec * cos_ra, -sin_dec * sin_ra, cos_dec],
        [cos_dec * cos_ra, cos_dec * sin_ra, sin_dec],
    )


def _dot(a, b):
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def coordinates(x, y, z):
    """Return ra in [0, 360) and dec, degrees, of vectors of any length, given by component."""
    ra = np.degrees(np.arctan2(y, x)) % 360
    return np.where(ra >= 360, 0.0, ra), np.degrees(np.arctan2(z, np.hypot(x, y)))


def shifted(ra, dec, east, north):
    """Return the coordinates reached from (ra, dec), degrees, along the great circle by (east,
    north), arcsec.
    """
    axes = _axes(ra, dec)
    length = np.hypot(east, north)
    angle = length / ARCSEC
    scale = np.divide(np.sin(angle), length, out=np.zeros_like(angle), where=length > 0)
    east, north, ahead = scale * east, scale * north, np.cos(angle)
    return coordinates(*(ahead * here + (east * e + north * n) for e, n, here in zip(*axes)))


def offsets(ra0, dec0, ra, dec):
    """Return the (east, north) offset, arcsec, from (ra0, dec0) to (ra, dec): the inverse of
    `shifted`.
    """
    target = _axes(ra, dec)[2]
    east, north, cosine = (_dot(target, axis) for axis in _axes(ra0, dec0))
    sine = np.hypot(east, north)
    angle = np.arctan2(sine, cosine)
    scale = np.divide(angle, sine, out=np.ones_like(sine), where=sine > 0) * ARCSEC
    return east * scale, north * scale


def galactic(ra, dec):
    """Return Galactic longitude in [0, 360) and latitude, degrees."""
    return coordinates(*np.moveaxis(unit_vectors(ra, dec) @ GALACTIC_FROM_ICRS.T, -1, 0))


def sexagesimal_name(ra, dec, ra_decimals, dec_decimals, point="."):
    """Return coordinates as catalogue names have them, hhmmss.ss+ddmmss.s: cut off, not rounded.

    Parameters
    ----------
    ra, dec : (n,) array, degrees
    ra_decimals, dec_decimals : int
        Decimals of the seconds of time and of arc.
    point : str
        What separates the decimals; nothing in 2MASS designations.
    """
    sign = np.where(np.less(dec, 0), "-", "+")
    return joined(
        *_digits(np.divide(ra, 15), ra_decimals, point),
        sign,
        *_digits(np.abs(dec), dec_decimals, point),
    )


def _digits(value, decimals, point):
    """Return the sexagesimal digits of positive values as a list of texts to be joined."""
    unit = 10**decimals
    seconds, fraction = np.divmod(np.floor(value * 3600 * unit + 1e-6).astype(np.int64), unit)
    parts = [padded(part, 2) for part in (seconds // 3600, seconds // 60 % 60, seconds % 60)]
    return parts + ([point, padded(fraction, decimals)] if decimals else [])


def padded(numbers, digits):
    """Return whole numbers as texts with leading zeros."""
    return _texts(digits)[numbers]


@cache
def _texts(digits):
    """Return all numbers of so many digits: to look them up is ten times quicker than to format."""
    return np.array([f"{number:0{digits}d}" for number in range(10**digits)])


def joined(*parts):
    """Return the texts, arrays or single ones, put together."""
    return reduce(np.strings.add, parts)
