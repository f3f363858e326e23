"""The measures of bench.class_convergence, on draws whose scatter is known."""

import numpy as np
import pytest

from bench.class_convergence import (
    contribution_figure,
    contributions,
    convergence,
    convergence_figure,
    convergence_table,
    expected,
    probability_figure,
)


@pytest.fixture(scope="module")
def votes():
    """400 draws of 2,000 sources of two classes, the first of which is said; one source never
    changes.
    """
    p = np.random.default_rng(1).normal(0.7, 0.05, (400, 2000))
    p[:, 0] = 1
    return np.stack([p, 1 - p], axis=2)


def test_the_mean_converges_as_that_of_independent_draws(votes):
    statistic = convergence(votes, np.zeros(2000, int))
    assert statistic.shape == (400, 1999) and not statistic[-1].any()
    for number in (5, 50, 200):
        assert np.quantile(statistic[number - 1], 0.84) == pytest.approx(
            expected(0.84, number, 400), rel=0.1
        )


def test_the_published_convergence_is_that_of_independent_draws():
    assert expected(0.84, 100, 3000) == pytest.approx(0.14, abs=0.005)
    assert expected(0.84, 1000, 3000) < 0.05


def test_contributions_are_shares_of_the_three_in_quadrature():
    rng = np.random.default_rng(2)
    alone = {
        name: rng.normal(0.5, sigma, (500, 300, 1))
        for name, sigma in (("measurements", 0.12), ("oversampling", 0.04), ("classifier", 0.03))
    }
    shares = contributions(alone, np.zeros(300, int))
    assert [values.mean() for values in shares.values()] == pytest.approx(
        [12 / 13, 4 / 13, 3 / 13], rel=0.02
    )
    assert sum(values**2 for values in shares.values()) == pytest.approx(1)
    assert contribution_figure(shares).axes


def test_tables_and_figures_stand_for_few_draws_too(votes):
    said = np.zeros(2000, int)
    assert "| 100 |" in convergence_table(
        convergence(votes, said), 400
    ) and "14 %" in convergence_table(convergence(votes, said), 400)
    assert convergence_figure(convergence(votes[:3], said), 3).axes
    assert len(probability_figure(votes[:3, :2], said[:2], ("AGN", "YSO")).axes) == 2 * 2
