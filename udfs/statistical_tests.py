"""Statistical tests inside SQL.

In SQL:

    ks_p_value(statistic, n)  DOUBLE: two-sided p-value of a Kolmogorov-Smirnov statistic of two samples of n values each
"""

import numpy as np
import pyarrow as pa
from scipy.special import gammaln


def ks_p_value(statistic, n):
    """Return the exact two-sided p-value of Kolmogorov-Smirnov statistics of two samples of equal size.

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
    Gnedenko & Korolyuk (1951), Doklady Akademii Nauk SSSR 80, 525: counts of random walks that return, by reflection.
    """
    n = np.asarray(n, float)
    step = np.round(np.asarray(statistic) * n)  # the distance in whole values
    total = np.zeros(len(n))
    for j in range(1, int(n.max(initial=0)) + 1):
        reached = n - j * step
        term = np.where(reached >= 0, np.exp(2 * gammaln(n + 1) - gammaln(np.maximum(reached, 0) + 1) - gammaln(n + j * step + 1)), 0)
        total += 2 * (-1) ** (j + 1) * term
        if term[step > 0].max(initial=0) < 1e-300:
            break
    return np.where(step > 0, np.clip(total, 0, 1), 1.0)


def register(connection):
    """Give a DuckDB connection the functions."""
    def of_columns(statistic, n):
        return pa.array(ks_p_value(statistic.to_numpy(), n.to_numpy()))

    connection.create_function("ks_p_value", of_columns, ["DOUBLE", "BIGINT"], "DOUBLE", type="arrow")
