"""NWAY's Bayes factor of associations: that sources of any number of catalogues are one object, by
their positions.

In SQL:

    nway_log10_bayes_factor(ra, dec, major, minor, angle)  DOUBLE

`ra`, `dec` (deg), `major`, `minor` (arcsec, 1 sigma) and `angle` (deg, north through east) are
lists with one value per catalogue, NULL where a catalogue takes no part.
"""

import numpy as np
import pyarrow as pa

ARCSEC_PER_RADIAN = np.degrees(1) * 3600
LN_2A2 = np.log(2 * ARCSEC_PER_RADIAN**2)


def nway_log10_bayes_factor(ra, dec, major, minor, angle):
    """Return log10 of the Bayes factor that the members of associations are one object each, as
    NWAY 4.8 computes it.

    Circular equivalents of the errors, and separations scaled by the directional variances of both
    members: right to first order in the ellipticity. The exact product of the Gaussians is SQL
    (macros/match/gaussian_product.sql).

    Parameters
    ----------
    ra, dec : (n, k) array, deg
        One column per catalogue; NaN where it takes no part.
    major, minor : (n, k) array, arcsec
        1-sigma axes of the position error ellipses; equal for circles.
    angle : (n, k) array, deg
        Position angle of the major axis, north through east.

    Returns
    -------
    (n,) array, dex
        Positive favours one object; 0 for fewer than two members. NaN where a member's error is
        NaN.

    Raises
    ------
    ValueError
        If an error is zero or negative.

    References
    ----------
    Salvato et al. (2018), MNRAS 473, 4937, appendix B.
    """
    ra, dec, major, minor, angle = (
        np.asarray(column, float) for column in (ra, dec, major, minor, angle)
    )
    if np.any(major <= 0) or np.any(minor <= 0):
        raise ValueError("position errors must be positive (arcsec)")
    present = ~np.isnan(ra)
    variance = (major**2 + minor**2) / 2
    weight = np.where(present, 1 / np.where(present, variance, 1), 0)
    members = present.sum(axis=1)
    ln_bf = (
        (members - 1) * LN_2A2
        + np.log(np.where(present, weight, 1)).sum(axis=1)
        - np.log(np.maximum(weight.sum(axis=1), 1e-300))
    )
    scatter = np.zeros(len(ra))
    for j in range(ra.shape[1]):
        for i in range(j):
            # the offset in the frame of the later member, against whose north both angles are read
            east, north = offsets(ra[:, j], dec[:, j], ra[:, i], dec[:, i])
            toward = _directional_variance(east, north, major[:, i], minor[:, i], angle[:, i])
            toward += _directional_variance(east, north, major[:, j], minor[:, j], angle[:, j])
            separation2 = (east**2 + north**2) * toward / (variance[:, i] + variance[:, j])
            scatter += np.where(
                present[:, i] & present[:, j], weight[:, i] * weight[:, j] * separation2, 0
            )
    ln_bf -= np.where(members > 1, scatter / (2 * np.maximum(weight.sum(axis=1), 1e-300)), 0)
    return np.where(members > 1, ln_bf, 0) / np.log(10)


def offsets(centre_ra, centre_dec, ra, dec):
    """Return how far east and north positions lie of centres (all deg), arcsec along the great
    circle, in the frame of the centre.
    """
    d_ra, d_dec, dec, centre_dec = (
        np.radians(ra - centre_ra),
        np.radians(dec - centre_dec),
        np.radians(dec),
        np.radians(centre_dec),
    )
    east = np.cos(dec) * np.sin(d_ra)
    # as sin(d_dec) + ..., exact for small offsets, where the difference of products is not
    north = np.sin(d_dec) + 2 * np.sin(centre_dec) * np.cos(dec) * np.sin(d_ra / 2) ** 2
    sine = np.hypot(east, north)
    stretch = (
        np.where(sine > 0, np.arcsin(np.minimum(sine, 1)) / np.where(sine > 0, sine, 1), 1)
        * ARCSEC_PER_RADIAN
    )
    return east * stretch, north * stretch


def _directional_variance(east, north, major, minor, angle):
    """Return NWAY's variance towards a partner: the minor axis squared along the major axis, the
    major one's across it.
    """
    separation2 = np.where((east == 0) & (north == 0), 1, east**2 + north**2)
    sine, cosine = np.sin(np.radians(angle)), np.cos(np.radians(angle))
    along2, across2 = (east * sine + north * cosine) ** 2, (east * cosine - north * sine) ** 2
    inverse = np.where(
        (east == 0) & (north == 0), 1, (across2 / major**2 + along2 / minor**2) / separation2
    )
    return 1 / inverse


def register(connection):
    """Give a DuckDB connection the function."""

    def in_arrow(ra, dec, major, minor, angle):
        return pa.array(
            nway_log10_bayes_factor(*map(_matrix, (ra, dec, major, minor, angle))), from_pandas=True
        )

    connection.create_function(
        "nway_log10_bayes_factor", in_arrow, ["DOUBLE[]"] * 5, "DOUBLE", type="arrow"
    )


def _matrix(lists):
    """Return a chunked Arrow array of n lists of one length as an (n, k) array, NULL as NaN."""
    whole = lists.combine_chunks() if isinstance(lists, pa.ChunkedArray) else lists
    return whole.flatten().to_numpy(zero_copy_only=False).astype(float).reshape(len(whole), -1)
