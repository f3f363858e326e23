"""Gaussian mixtures with full covariances: fitted, compared, and applied row by row.

The library's own expectation maximisation, so that no new version of another can reshuffle the
clusters: starts come from NumPy's generator and k-means++, both steps are one matrix product each,
and the components are put in a stated order.
"""

import threading
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

RIDGE = 1e-6  # added to the variances, and
# least gain in the mean ln likelihood per step: the defaults of scikit-learn, with which the
# published mixture was fitted
TOLERANCE = 1e-3
MOST_STEPS = 200
CHUNK = 2048  # rows at a time where each row meets every component
_ALONE = threading.RLock()


@contextmanager
def one_thread():
    """Let linear algebra run on one thread, one caller at a time: how rows are shared out among
    threads decides the last bits.
    """
    with _ALONE, threadpool_limits(1):
        yield


@dataclass(frozen=True)
class Mixture:
    """Weights (k,), means (k, d) and covariances (k, d, d) of Gaussians."""

    weights: np.ndarray
    means: np.ndarray
    covariances: np.ndarray

    def log_densities(self, values):
        """Return ln(weight * density) of values (n, d) for each component: (n, k) array, the same
        bits for a row in any company.
        """
        roots, log_determinants = whitening(self.covariances)
        squared = squared_distances(values, self.means, roots)
        return np.log(self.weights) - 0.5 * (
            squared + log_determinants + values.shape[1] * np.log(2 * np.pi)
        )

    def log_likelihood(self, values):
        """Return the ln density (n,) of values (n, d)."""
        return log_sum(self.log_densities(values))

    def cluster(self, values):
        """Return the most probable component (n,) of values (n, d)."""
        return self.log_densities(values).argmax(axis=1)

    def fast_log_densities(self, values):
        """Return the same up to rounding by one matrix product, many times faster; a row's last
        bits depend on its company.
        """
        with one_thread():
            centre = values.mean(axis=0)
            return (
                _terms(values - centre)
                @ _coefficients(Mixture(self.weights, self.means - centre, self.covariances)).T
            )

    def bic(self, log_densities):
        """Return the Bayesian information criterion from `log_densities` (Schwarz 1978, Annals of
        Statistics 6, 461); less is better.
        """
        components, width = self.means.shape
        parameters = components - 1 + components * width + components * width * (width + 1) // 2
        return float(-2 * log_sum(log_densities).sum() + parameters * np.log(len(log_densities)))

    def ordered(self, place):
        """Return the mixture with its components by the mean of one property, the least first."""
        order = np.argsort(self.means[:, place], kind="stable")
        return Mixture(self.weights[order], self.means[order], self.covariances[order])


def whitening(covariances, floor=0.0):
    """Return matrices W with W'W the inverse of covariances (..., d, d), and ln of their
    determinants (...).

    `floor`: least variance taken for any direction.
    """
    variance, axes = np.linalg.eigh(covariances)
    variance = np.maximum(variance, floor)
    return np.swapaxes(axes, -1, -2) / np.sqrt(variance)[..., None], np.log(variance).sum(axis=-1)


def squared_distances(values, means, roots):
    """Return squared Mahalanobis distances (n, g) of values (n, d) from means (g, d), with the
    `roots` (g, d, d) of `whitening`.

    Sums are taken term by term: a matrix product would round a row differently in another place of
    its chunk.
    """
    total = np.empty((len(values), len(means)))
    for first in range(0, len(values), CHUNK):
        difference = values[first : first + CHUNK, None, :] - means
        white = sum(roots[:, :, i] * difference[:, :, i, None] for i in range(means.shape[1]))
        total[first : first + CHUNK] = sum(np.square(white[:, :, i]) for i in range(means.shape[1]))
    return total


def log_sum(logs):
    """Return ln of the sum of exp over the last axis; minus infinity where there is nothing to sum."""
    highest = logs.max(axis=-1)
    safe = np.where(np.isfinite(highest), highest, 0.0)
    with np.errstate(divide="ignore"):
        return safe + np.log(sum(np.exp(logs[..., i] - safe) for i in range(logs.shape[-1])))


def fit_mixture(values, components, seed=42, starts=1, responsibilities=None):
    """Return the most likely mixture of several starts.

    Parameters
    ----------
    values : (n, d) array
    components : int
    seed : int
        Of the starts.
    starts : int
    responsibilities : (n, components) array, optional
        The one start there is then, instead of k-means.

    Raises
    ------
    ValueError
        If there are fewer rows than components.
    """
    if len(values) < components:
        raise ValueError(f"{len(values)} rows are too few for {components} components")
    # the order of its numbers in memory decides the last bits, too
    values = np.ascontiguousarray(values)
    with one_thread():
        centre = values.mean(axis=0)  # about it fewer digits cancel
        terms = _terms(values - centre)
        if responsibilities is None:
            firsts = (
                _assigned(values - centre, components, np.random.default_rng([seed, start]))
                for start in range(starts)
            )
        else:
            firsts = (responsibilities,)
        fits = [_maximised(terms, first) for first in firsts]
    best, _ = max(fits, key=lambda fit: fit[1])
    return Mixture(best.weights, best.means + centre, best.covariances)


def _maximised(terms, responsibilities):
    """Return the mixture that expectation maximisation leads to, and its mean ln likelihood."""
    reached = -np.inf
    for _ in range(MOST_STEPS):
        mixture = _moments(responsibilities.T @ terms, terms.shape[0])
        logs = terms @ _coefficients(mixture).T
        highest = logs.max(axis=1, keepdims=True)
        powers = np.exp(logs - highest)
        total = powers.sum(axis=1, keepdims=True)
        responsibilities = powers / total
        before, reached = reached, float(np.mean(highest + np.log(total)))
        if reached - before < TOLERANCE:
            break
    return mixture, reached


def _terms(values):
    """Return 1, x_i and x_i x_j with i <= j, (n, 1 + d + d (d + 1) / 2): every Gaussian is linear
    in them.
    """
    upper = np.triu_indices(values.shape[1])
    return np.concatenate(
        [np.ones((len(values), 1)), values, values[:, upper[0]] * values[:, upper[1]]], axis=1
    )


def _moments(sums, number):
    """Return the mixture whose components have the given sums (k, t) of `_terms`."""
    width = int((np.sqrt(8 * sums.shape[1] + 1) - 3) / 2)
    upper = np.triu_indices(width)
    members = sums[:, 0] + 10 * np.finfo(float).eps
    means = sums[:, 1 : 1 + width] / members[:, None]
    products = np.zeros((len(sums), width, width))
    products[:, upper[0], upper[1]] = products[:, upper[1], upper[0]] = (
        sums[:, 1 + width :] / members[:, None]
    )
    covariances = products - means[:, :, None] * means[:, None, :] + RIDGE * np.eye(width)
    return Mixture(members / number, means, covariances)


def _coefficients(mixture):
    """Return what the `_terms` are multiplied with to give ln(weight * density), (k, t)."""
    roots, log_determinants = whitening(mixture.covariances, RIDGE)
    width = mixture.means.shape[1]
    precision = np.swapaxes(roots, -1, -2) @ roots
    pull = np.einsum("kij,kj->ki", precision, mixture.means)
    constant = np.log(mixture.weights) - 0.5 * (
        np.sum(pull * mixture.means, axis=1) + log_determinants + width * np.log(2 * np.pi)
    )
    upper = np.triu_indices(width)
    twice = np.where(upper[0] == upper[1], -0.5, -1.0)
    return np.concatenate(
        [constant[:, None], pull, twice * precision[:, upper[0], upper[1]]], axis=1
    )


def _assigned(values, clusters, rng):
    """Return k-means clusters of values (n, d) as zeros and ones (n, k); centres drawn as by Arthur
    & Vassilvitskii (2007).
    """

    def distances(centres):
        return np.maximum(
            np.sum(values**2, axis=1)[:, None]
            - 2 * values @ centres.T
            + np.sum(centres**2, axis=1),
            0,
        )

    centres = values[[rng.integers(len(values))]]
    while len(centres) < clusters:
        chance = np.cumsum(distances(centres).min(axis=1))
        centres = np.concatenate(
            [
                centres,
                values[[min(np.searchsorted(chance, rng.random() * chance[-1]), len(values) - 1)]],
            ]
        )
    label = None
    for _ in range(MOST_STEPS):
        before, label = label, distances(centres).argmin(axis=1)
        if before is not None and (label == before).all():
            break
        is_member = np.eye(clusters)[label]
        members = is_member.sum(axis=0)[:, None]
        # an empty one stays where it is
        centres = np.where(members > 0, is_member.T @ values / np.maximum(members, 1), centres)
    return np.eye(clusters)[label]
