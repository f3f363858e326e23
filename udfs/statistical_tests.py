"""Statistical tests inside SQL.

In SQL:

    ks_p_value(statistic, n)  DOUBLE: two-sided p-value of a Kolmogorov-Smirnov statistic of two
    samples of n values each
    chi2_cdf(chisqr, dof)     DOUBLE: probability that chi-square with dof degrees of freedom is at most chisqr
"""

import numpy as np
import pyarrow as pa
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


def register(connection):
    """Give a DuckDB connection the functions."""

    def of_columns(function):
        return lambda x, n: pa.array(function(x.to_numpy(), n.to_numpy()))

    for function in (ks_p_value, chi2_cdf):
        connection.create_function(
            function.__name__, of_columns(function), ["DOUBLE", "BIGINT"], "DOUBLE", type="arrow"
        )
