"""Fields, folds and groups inside SQL are those of Python, whatever the order of rows."""

import duckdb
import numpy as np

from lynceus.learning.components import connected_groups
from lynceus.learning.folds import balanced_folds, sky_fields
from udfs.groups import register


def test_lists_of_a_table_give_what_python_gives():
    rng = np.random.default_rng(1)
    ra, dec = rng.uniform(0, 20, 300), rng.uniform(-5, 5, 300)
    first, second = rng.integers(0, 300, (2, 150))
    with duckdb.connect() as connection:
        register(connection)
        connection.register("given", {"n": np.arange(300), "ra": ra, "dec": dec})
        connection.register("links", {"a": first, "b": second})
        field, fold, group = connection.sql("""
            select field, balanced_folds(field, 4), connected_groups(nodes, a, b)
            from (select list(n order by n) as nodes, sky_fields(list(ra order by n), list(dec order by n), 0.5) as field from (from given order by hash(n)))
            cross join (select list(a) as a, list(b) as b from links)
        """).fetchall()[0]
    expected = sky_fields(ra, dec, 0.5)
    assert 30 < expected.max() < 299
    np.testing.assert_array_equal(field, expected)
    np.testing.assert_array_equal(fold, balanced_folds(expected, 4))
    np.testing.assert_array_equal(group, connected_groups(np.arange(300), first, second))


def test_a_table_without_rows_has_no_fields():
    with duckdb.connect() as connection:
        register(connection)
        rows = connection.sql(
            "select unnest(field), unnest(balanced_folds(field, 4)) from"
            " (select sky_fields(list(x::double), list(x::double), 1) as field from range(0) as t(x))"
        ).fetchall()
    assert rows == []
