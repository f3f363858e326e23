"""Gaussian mixtures: beside scikit-learn and SciPy, and the same bits whatever surrounds a row."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal
from sklearn.mixture import GaussianMixture

from lynceus.learning import mixtures
from lynceus.learning.mixtures import Mixture, fit_mixture, log_sum


def planted(seed=1, number=600):
    """Return values (number, 3) of three Gaussians, one long and thin, and which of them they are
    of.
    """
    rng = np.random.default_rng(seed)
    label = np.arange(number) % 3
    spread = np.array([[0.1, 0.1, 0.1], [0.4, 0.02, 0.1], [0.05, 0.2, 0.3]])
    return np.array([[0, 0, 0], [2, 0, 1], [1, 2, 0]])[label] + rng.normal(
        0, 1, (number, 3)
    ) * spread[label], label


def random_mixture(seed, components, width):
    rng = np.random.default_rng(seed)
    halves = rng.normal(0, 1, (components, width, width))
    return Mixture(
        rng.dirichlet(np.ones(components)),
        rng.normal(0, 1, (components, width)),
        halves @ np.swapaxes(halves, 1, 2) + 0.1 * np.eye(width),
    )


def test_maximisation_ends_where_that_of_scikit_learn_does(monkeypatch):
    values, label = planted()
    # a tenth begins in the wrong cluster
    start = np.eye(3)[np.where(np.arange(len(label)) % 10 == 0, (label + 1) % 3, label)]
    first = [
        np.cov(values[start[:, k] > 0].T, bias=True) + mixtures.RIDGE * np.eye(3) for k in range(3)
    ]
    monkeypatch.setattr(mixtures, "TOLERANCE", 1e-13)
    ours = fit_mixture(values, 3, responsibilities=start)
    theirs = GaussianMixture(
        3,
        tol=1e-13,
        max_iter=1000,
        reg_covar=mixtures.RIDGE,
        weights_init=start.mean(axis=0),
        means_init=(start.T @ values) / start.sum(axis=0)[:, None],
        precisions_init=np.linalg.inv(first),
    ).fit(values)
    np.testing.assert_allclose(ours.weights, theirs.weights_, rtol=1e-6)
    np.testing.assert_allclose(ours.means, theirs.means_, atol=1e-7)
    np.testing.assert_allclose(ours.covariances, theirs.covariances_, atol=1e-7)
    assert ours.bic(ours.log_densities(values)) == pytest.approx(theirs.bic(values), rel=1e-9)


def test_planted_clusters_are_found_and_put_in_order():
    values, label = planted()
    found = fit_mixture(values, 3, seed=42, starts=5).ordered(0)
    np.testing.assert_allclose(found.means[:, 0], [0, 1, 2], atol=0.1)
    assert (np.array([0, 2, 1])[found.cluster(values)] == label).mean() > 0.99


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 4), st.integers(1, 5))
def test_densities_are_those_of_scipy_by_both_ways(seed, components, width):
    mixture = random_mixture(seed, components, width)
    values = np.random.default_rng(seed).normal(0, 2, (7, width))
    expected = np.stack(
        [
            np.log(weight) + np.atleast_1d(multivariate_normal(mean, covariance).logpdf(values))
            for weight, mean, covariance in zip(mixture.weights, mixture.means, mixture.covariances)
        ],
        axis=1,
    )
    np.testing.assert_allclose(mixture.log_densities(values), expected, rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(mixture.fast_log_densities(values), expected, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(
        mixture.log_likelihood(values), np.log(np.exp(expected).sum(axis=1)), atol=1e-7
    )


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 2500), st.integers(0, 2499))
def test_a_row_has_the_same_bits_in_any_company(seed, number, row):
    mixture = random_mixture(seed, 3, 4)
    values = np.random.default_rng(seed).normal(0, 1, (number, 4))
    row = row % number
    assert (
        mixture.log_densities(values)[row].tobytes()
        == mixture.log_densities(values[row : row + 1])[0].tobytes()
    )


def test_a_fit_is_the_same_bytes_again_and_from_rows_of_its_own_memory_order():
    values, _ = planted()
    first, second = (
        fit_mixture(each, 4, seed=7, starts=2) for each in (values, np.asfortranarray(values))
    )
    assert all(
        getattr(first, name).tobytes() == getattr(second, name).tobytes()
        for name in ("weights", "means", "covariances")
    )


def test_a_value_that_repeats_itself_keeps_a_finite_density():
    values = np.concatenate([planted()[0], np.ones((600, 1))], axis=1)
    found = fit_mixture(values, 3)
    assert np.isfinite(found.log_likelihood(values)).all()


def test_too_few_rows_are_refused():
    with pytest.raises(ValueError, match="2 rows are too few for 3 components"):
        fit_mixture(np.zeros((2, 3)), 3)


def test_nothing_sums_to_minus_infinity():
    np.testing.assert_array_equal(
        log_sum(np.array([[-np.inf, -np.inf], [0.0, -np.inf]])), [-np.inf, 0.0]
    )
