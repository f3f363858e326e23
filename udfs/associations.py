"""Bayes factors of associations: that sources of any number of catalogues are one object, by their positions.

In SQL:

    association_log10_bf(formula, ra, dec, major, minor, angle)  DOUBLE

`ra`, `dec` (deg), `major`, `minor` (arcsec, 1 sigma) and `angle` (deg, north through east) are lists with one value per
catalogue, NULL where a catalogue takes no part; `formula` is 'exact' or 'nway'.
"""

import numpy as np
import pyarrow as pa

ARCSEC_PER_RADIAN = np.degrees(1) * 3600
LN_2A2 = np.log(2 * ARCSEC_PER_RADIAN**2)
FORMULAS = ("exact", "nway")


def log10_bayes_factor(formula, ra, dec, major, minor, angle):
    """Return log10 of the Bayes factor that the members of associations are one object each, against all being unrelated.

    Parameters
    ----------
    formula : str
        "exact": the two-dimensional Gaussians multiplied, in the frame of the first member, each ellipse turned from its
        own north. "nway": as NWAY 4.8, to first order in the ellipticity.
    ra, dec : (n, k) array, deg
        One column per catalogue; NaN where it takes no part.
    major, minor : (n, k) array, arcsec
        1-sigma axes of the position error ellipses; equal for circles.
    angle : (n, k) array, deg
        Position angle of the major axis, north through east.

    Returns
    -------
    (n,) array, dex
        Positive favours one object; 0 for fewer than two members. NaN where a member's error is NaN.

    Raises
    ------
    ValueError
        If the formula is unknown, or an error is zero or negative.

    References
    ----------
    Budavari & Szalay (2008), ApJ 679, 301, eq. 18; Salvato et al. (2018), MNRAS 473, 4937, appendix B.
    """
    if formula not in FORMULAS:
        raise ValueError(f"the formula is {formula!r}; it must be one of {', '.join(FORMULAS)}")
    columns = [np.asarray(column, float) for column in (ra, dec, major, minor, angle)]
    if np.any(columns[2] <= 0) or np.any(columns[3] <= 0):
        raise ValueError("position errors must be positive (arcsec)")
    return (_exact if formula == "exact" else _nway)(*columns) / np.log(10)


def offsets(centre_ra, centre_dec, ra, dec):
    """Return how far east and north positions lie of centres (all deg), arcsec along the great circle, in the frame of the centre."""
    d_ra, d_dec, dec, centre_dec = np.radians(ra - centre_ra), np.radians(dec - centre_dec), np.radians(dec), np.radians(centre_dec)
    east = np.cos(dec) * np.sin(d_ra)
    # as sin(d_dec) + ..., exact for small offsets, where the difference of products is not
    north = np.sin(d_dec) + 2 * np.sin(centre_dec) * np.cos(dec) * np.sin(d_ra / 2) ** 2
    sine = np.hypot(east, north)
    stretch = np.where(sine > 0, np.arcsin(np.minimum(sine, 1)) / np.where(sine > 0, sine, 1), 1) * ARCSEC_PER_RADIAN
    return east * stretch, north * stretch


def turn_of_north(centre_ra, centre_dec, ra, dec):
    """Return by what angle (radians) north at positions is turned, north through east, seen in the frame of centres (all deg).

    Napier's analogy for the convergence of meridians; exact, at the poles too.
    """
    half_ra = np.radians(ra - centre_ra) / 2
    half_sum, half_difference = np.radians(dec + centre_dec) / 2, np.radians(dec - centre_dec) / 2
    return -2 * np.arctan2(np.sin(half_ra) * np.sin(half_sum), np.cos(half_ra) * np.cos(half_difference))


def _exact(ra, dec, major, minor, angle):
    """Multiply the Gaussians one member after another: each asks how well it fits the product of those before."""
    rows, width = ra.shape
    present = ~np.isnan(ra)
    first = present.argmax(axis=1)
    centre_ra, centre_dec = ra[np.arange(rows), first], dec[np.arange(rows), first]
    ln_bf, begun = np.zeros(rows), np.zeros(rows, bool)
    mean, covariance = np.zeros((2, rows)), np.zeros((3, rows))  # east, north; east-east, north-north, east-north
    for k in range(width):
        here = present[:, k]
        at = np.stack(offsets(centre_ra, centre_dec, ra[:, k], dec[:, k]))
        turned = np.radians(angle[:, k]) + turn_of_north(centre_ra, centre_dec, ra[:, k], dec[:, k])
        own = _covariance(major[:, k], minor[:, k], turned)
        ln_step, mean_both, covariance_both = _multiplied(mean, covariance, at, own)
        joined = here & begun
        ln_bf += np.where(joined, ln_step, 0)
        mean = np.where(joined, mean_both, np.where(here, at, mean))
        covariance = np.where(joined, covariance_both, np.where(here, own, covariance))
        begun |= here
    return ln_bf


def _covariance(major, minor, angle):
    """Return the covariance of an ellipse, arcsec2: east-east, north-north, east-north."""
    sine, cosine, major2, minor2 = np.sin(angle), np.cos(angle), major**2, minor**2
    return np.stack([
        major2 * sine**2 + minor2 * cosine**2, major2 * cosine**2 + minor2 * sine**2, (major2 - minor2) * sine * cosine,
    ])


def _multiplied(mean, covariance, at, own):
    """Return ln of the Bayes factor of one more member, and mean and covariance of the product of both Gaussians."""
    both = covariance + own
    with np.errstate(invalid="ignore", divide="ignore"):  # absent members, replaced by the caller
        determinant = both[0] * both[1] - both[2] ** 2
        east, north = at - mean
        distance2 = (both[1] * east**2 + both[0] * north**2 - 2 * both[2] * east * north) / determinant
        ln_step = LN_2A2 - np.log(determinant) / 2 - distance2 / 2
        # gain = covariance both^-1
        gain = np.stack([
            covariance[0] * both[1] - covariance[2] * both[2], covariance[2] * both[0] - covariance[0] * both[2],
            covariance[2] * both[1] - covariance[1] * both[2], covariance[1] * both[0] - covariance[2] * both[2],
        ]) / determinant
        moved = mean + np.stack([gain[0] * east + gain[1] * north, gain[2] * east + gain[3] * north])
        # gain times own: no difference of nearly equal numbers
        product = np.stack([
            gain[0] * own[0] + gain[1] * own[2], gain[2] * own[2] + gain[3] * own[1], gain[0] * own[2] + gain[1] * own[1],
        ])
    return ln_step, moved, product


def _nway(ra, dec, major, minor, angle):
    """Take circular equivalents, and separations scaled by the directional variances of both members."""
    present = ~np.isnan(ra)
    variance = (major**2 + minor**2) / 2
    weight = np.where(present, 1 / np.where(present, variance, 1), 0)
    members = present.sum(axis=1)
    ln_bf = (members - 1) * LN_2A2 + np.log(np.where(present, weight, 1)).sum(axis=1) - np.log(np.maximum(weight.sum(axis=1), 1e-300))
    scatter = np.zeros(len(ra))
    for j in range(ra.shape[1]):
        for i in range(j):
            # the offset in the frame of the later member, against whose north both angles are read
            east, north = offsets(ra[:, j], dec[:, j], ra[:, i], dec[:, i])
            toward = _directional_variance(east, north, major[:, i], minor[:, i], angle[:, i])
            toward += _directional_variance(east, north, major[:, j], minor[:, j], angle[:, j])
            separation2 = (east**2 + north**2) * toward / (variance[:, i] + variance[:, j])
            scatter += np.where(present[:, i] & present[:, j], weight[:, i] * weight[:, j] * separation2, 0)
    ln_bf -= np.where(members > 1, scatter / (2 * np.maximum(weight.sum(axis=1), 1e-300)), 0)
    return np.where(members > 1, ln_bf, 0)


def _directional_variance(east, north, major, minor, angle):
    """Return NWAY's variance towards a partner: the minor axis squared along the major axis, the major one's across it."""
    separation2 = np.where((east == 0) & (north == 0), 1, east**2 + north**2)
    sine, cosine = np.sin(np.radians(angle)), np.cos(np.radians(angle))
    along2, across2 = (east * sine + north * cosine) ** 2, (east * cosine - north * sine) ** 2
    inverse = np.where((east == 0) & (north == 0), 1, (across2 / major**2 + along2 / minor**2) / separation2)
    return 1 / inverse


def register(connection):
    """Give a DuckDB connection the function."""
    def association_log10_bf(formula, ra, dec, major, minor, angle):
        formulas = formula.unique().to_pylist()
        if len(formulas) != 1:
            raise ValueError(f"one call is for one formula, not {len(formulas)}")
        return pa.array(log10_bayes_factor(formulas[0], *map(_matrix, (ra, dec, major, minor, angle))), from_pandas=True)

    connection.create_function("association_log10_bf", association_log10_bf, ["VARCHAR", *["DOUBLE[]"] * 5], "DOUBLE", type="arrow")


def _matrix(lists):
    """Return a chunked Arrow array of n lists of one length as an (n, k) array, NULL as NaN."""
    whole = lists.combine_chunks() if isinstance(lists, pa.ChunkedArray) else lists
    return whole.flatten().to_numpy(zero_copy_only=False).astype(float).reshape(len(whole), -1)
