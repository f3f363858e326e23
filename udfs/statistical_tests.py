"""Statistical tests, and a robust line, inside SQL.

In SQL:

    ks_p_value(statistic, n)  DOUBLE: two-sided p-value of a Kolmogorov-Smirnov statistic of two
    samples of n values each
    chi2_cdf(chisqr, dof)     DOUBLE: probability that chi-square with dof degrees of freedom is at most chisqr
    lad_line(list(x), list(y))  STRUCT(slope DOUBLE, intercept DOUBLE): line of least absolute deviations
"""

import numpy as np
import pyarrow as pa
from scipy.optimize import linprog
from scipy.sparse import csr_array, eye_array, hstack
from scipy.special import chdtr, gammaln


def ks_p_value(statistic, n):
    """Return the exact two-sided p-value of Kolmogorov-Smirnov statistics of two samples of equal
    size.

    Parameters
    ----------
    statistic : (k,) array
        Largest distance of the two empirical distributions.
    n : (k,) array of int
        Size of either sample.

    Returns
    -------
    (k,) array

    References
    ----------
    Gnedenko & Korolyuk (1951), Doklady Akademii Nauk SSSR 80, 525: counts of random walks that
    return, by reflection.
    """
    n = np.asarray(n, float)
    step = np.round(np.asarray(statistic) * n)  # the distance in whole values
    total = np.zeros(len(n))
    for j in range(1, int(n.max(initial=0)) + 1):
        reached = n - j * step
        term = np.where(
            reached >= 0,
            np.exp(
                2 * gammaln(n + 1) - gammaln(np.maximum(reached, 0) + 1) - gammaln(n + j * step + 1)
            ),
            0,
        )
        total += 2 * (-1) ** (j + 1) * term
        if term[step > 0].max(initial=0) < 1e-300:
            break
    return np.where(step > 0, np.clip(total, 0, 1), 1.0)


def chi2_cdf(chisqr, dof):
    """Return the probability that chi-square is at most a value.

    Parameters
    ----------
    chisqr : (n,) array
    dof : (n,) array of int
        Degrees of freedom.

    Returns
    -------
    (n,) array

    Raises
    ------
    ValueError
        If chi-square is negative or there is no degree of freedom.

    References
    ----------
    Yang et al. (2022), ApJ 941, 104, eq. 4b.
    """
    if np.any(np.less(chisqr, 0)):
        raise ValueError("chi-square must not be negative")
    if np.any(np.less(dof, 1)):
        raise ValueError("chi-square needs at least one degree of freedom")
    return chdtr(dof, chisqr)


def lad_line(x, y):
    """Return slope and intercept of the line y = slope x + intercept with the least sum of absolute
    deviations: outliers count by how far they are, not by the square.

    Parameters
    ----------
    x, y : (n,) arrays

    Returns
    -------
    (float, float), or None for fewer than two different x

    Examples
    --------
    >>> slope, intercept = lad_line(np.arange(5), np.array([1, 3, 5, 7, 99]))
    >>> round(slope, 9), round(intercept, 9)
    (2.0, 1.0)
    """
    x, y = np.asarray(x, float), np.asarray(y, float)
    if len(np.unique(x)) < 2:
        return None
    # y = slope x + intercept + above - below, with as little as possible of both
    points = csr_array(np.stack([x, np.ones(len(x))], axis=1))
    one = eye_array(len(x))
    cost = np.concatenate([np.zeros(2), np.ones(2 * len(x))])
    bounds = [(None, None)] * 2 + [(0, None)] * (2 * len(x))
    found = linprog(cost, A_eq=hstack([points, one, -one]), b_eq=y, bounds=bounds, method="highs")
    return float(found.x[0]), float(found.x[1])


def _lines(x, y):
    """Return `lad_line` of lists of numbers, as DuckDB hands them over."""
    points = zip(x.to_pylist(), y.to_pylist(), strict=True)
    lines = [None if None in pair else lad_line(*pair) for pair in points]
    names = ("slope", "intercept")
    return pa.array(
        [line and dict(zip(names, line, strict=True)) for line in lines],
        pa.struct([(name, pa.float64()) for name in names]),
    )


def register(connection):
    """Give a DuckDB connection the functions."""

    def of_columns(function):
        return lambda x, n: pa.array(function(x.to_numpy(), n.to_numpy()))

    for function in (ks_p_value, chi2_cdf):
        connection.create_function(
            function.__name__, of_columns(function), ["DOUBLE", "BIGINT"], "DOUBLE", type="arrow"
        )
    connection.create_function(
        "lad_line",
        _lines,
        ["DOUBLE[]", "DOUBLE[]"],
        "STRUCT(slope DOUBLE, intercept DOUBLE)",
        type="arrow",
        null_handling="special",
    )
