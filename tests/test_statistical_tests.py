"""Statistical tests in SQL, against scipy."""

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2, ks_2samp

from udfs import statistical_tests
from udfs.statistical_tests import chi2_cdf, ks_p_value, lad_line


@given(st.integers(0, 10**6), st.integers(1, 1500), st.floats(0, 1))
def test_the_p_value_is_scipys_exact_one(seed, size, shift):
    rng = np.random.default_rng(seed)
    first, second = rng.normal(size=size), rng.normal(shift, size=size)
    expected = ks_2samp(first, second, method="exact")
    np.testing.assert_allclose(
        ks_p_value(np.array([expected.statistic]), np.array([size])),
        expected.pvalue,
        rtol=1e-8,
        atol=1e-12,
    )


def test_the_extremes_are_certain_and_as_rare_as_one_order_of_all():
    np.testing.assert_allclose(
        ks_p_value(np.array([0.0, 1.0, 1.0]), np.array([10, 1, 3])), [1, 1, 2 / 20]
    )


def test_sql_gives_the_same_and_null_for_nothing():
    connection = duckdb.connect()
    statistical_tests.register(connection)
    rows = connection.execute(
        "select ks_p_value(d, n) from (values (0.1, 100), (0.3, 1000), (null, 5)) as t(d, n)"
    ).fetchall()
    np.testing.assert_allclose(
        [row[0] for row in rows[:2]], ks_p_value(np.array([0.1, 0.3]), np.array([100, 1000]))
    )
    assert rows[2][0] is None


def test_chi_square_is_scipys_and_null_without_a_second_observation():
    connection = duckdb.connect()
    statistical_tests.register(connection)
    rows = connection.execute(
        "select chi2_cdf(x, n) from (values (3.84, 1), (0, 5), (1e5, 9), (null, 0)) as t(x, n)"
    ).fetchall()
    np.testing.assert_allclose([row[0] for row in rows[:3]], [chi2.cdf(3.84, 1), 0, 1], rtol=1e-12)
    assert rows[3][0] is None


@pytest.mark.parametrize(
    ("chisqr", "dof", "message"), [(-1.0, 2, "negative"), (1.0, 0, "degree of freedom")]
)
def test_impossible_chi_square_is_refused(chisqr, dof, message):
    with pytest.raises(ValueError, match=message):
        chi2_cdf(np.array([chisqr]), np.array([dof]))


@given(st.integers(0, 10**6), st.integers(3, 60))
def test_no_line_through_two_points_has_less_absolute_deviation(seed, number):
    # one of those with the least goes through two of the points
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=number), rng.standard_t(1, number)
    slope, intercept = lad_line(x, y)
    i, j = np.triu_indices(number, 1)
    slopes = (y[j] - y[i]) / (x[j] - x[i])
    deviations = np.abs(y - slopes[:, None] * x - (y[i] - slopes * x[i])[:, None]).sum(axis=1)
    assert np.abs(y - slope * x - intercept).sum() == pytest.approx(deviations.min(), rel=1e-9)


def test_sql_gives_a_line_of_each_group_and_null_where_there_is_none():
    connection = duckdb.connect()
    statistical_tests.register(connection)
    rows = connection.execute(
        "select g, lad_line(list(x::double order by x), list(y::double order by x)) from (values (1, 0, 1), (1, 1, 3), (1, 2, 5), (1, 3, 90), (2, 1, 1))"
        " as t(g, x, y) group by g order by g"
    ).fetchall()
    assert rows[0][1] == pytest.approx({"slope": 2.0, "intercept": 1.0})
    assert rows[1][1] is None
