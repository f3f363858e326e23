"""Statistical tests in SQL, against scipy."""

import duckdb
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ks_2samp

from udfs import statistical_tests
from udfs.statistical_tests import ks_p_value


@given(st.integers(0, 10**6), st.integers(1, 1500), st.floats(0, 1))
def test_the_p_value_is_scipys_exact_one(seed, size, shift):
    rng = np.random.default_rng(seed)
    first, second = rng.normal(size=size), rng.normal(shift, size=size)
    expected = ks_2samp(first, second, method="exact")
    np.testing.assert_allclose(ks_p_value(np.array([expected.statistic]), np.array([size])), expected.pvalue, rtol=1e-8, atol=1e-12)


def test_the_extremes_are_certain_and_as_rare_as_one_order_of_all():
    np.testing.assert_allclose(ks_p_value(np.array([0.0, 1.0, 1.0]), np.array([10, 1, 3])), [1, 1, 2 / 20])


def test_sql_gives_the_same_and_null_for_nothing():
    connection = duckdb.connect()
    statistical_tests.register(connection)
    rows = connection.execute("select ks_p_value(d, n) from (values (0.1, 100), (0.3, 1000), (null, 5)) as t(d, n)").fetchall()
    np.testing.assert_allclose([row[0] for row in rows[:2]], ks_p_value(np.array([0.1, 0.3]), np.array([100, 1000])))
    assert rows[2][0] is None
