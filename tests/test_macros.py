"""The SQL formulas, against published numbers and independent computations."""

import duckdb
import numpy as np
from test_bad_input import sound_tables

# off-axis angle (arcmin, on a grid of 0.01) below which a limit (arcsec) holds: Perez-Diaz et al.
# 2026
PUBLISHED_STEPS = [
    (3.98, 2),
    (6.00, 3),
    (7.48, 4),
    (8.71, 5),
    (9.79, 6),
    (10.77, 7),
    (11.66, 8),
    (12.49, 9),
]


def evaluated(sky, expression, source):
    """Compile an expression with the project's macros and evaluate it over a SQL source."""
    sky.write(**sound_tables(2))
    done = sky.dbt("compile", "--inline", f"select {expression} as value from {source}", "--quiet")
    assert done.returncode == 0, done.stdout
    return duckdb.sql(done.stdout).fetchnumpy()["value"]


def test_separation_limit_follows_the_published_steps(sky):
    theta = [x for step, _ in PUBLISHED_STEPS for x in (step - 0.01, step)] + [0.0, 2.9, 12.6, 25.0]
    values = ", ".join(f"({i}, {x})" for i, x in enumerate([*theta, "null"]))
    *got, unknown = evaluated(
        sky,
        "{{ match_settings().classifier.separation_limit_arcsec }}",
        f"(values {values}) as t(i, min_theta_mean) order by i",
    )
    expected = [x for _, limit in PUBLISHED_STEPS for x in (limit, limit + 1)] + [2, 2, 10, 10]
    np.testing.assert_array_equal(got, expected)
    assert unknown is np.ma.masked


def test_both_sides_of_the_join_cut_every_zone_alike(sky):
    """A whole number of bins from a zone as an integer (X-ray side) and as a double (Gaia side)."""
    differing = "({{ sky_bins('zone::bigint', 16) }}::bigint) <> ({{ sky_bins('zone::double', 16) }}::bigint)"
    got = evaluated(sky, f"count(*) filter ({differing})", "range(0, 20252) as t(zone)")
    assert got.tolist() == [0]


def test_bins_are_closed_below_and_their_labels_sort(sky):
    got = evaluated(
        sky,
        "{{ labelled_bin('x', [0, 3, 6], 'arcmin') }}",
        "(values (1, 0), (2, 2.99), (3, 3), (4, 99), (5, null)) as t(i, x) order by i",
    )
    assert got.tolist() == [
        "1: 0 to 3 arcmin",
        "1: 0 to 3 arcmin",
        "2: 3 to 6 arcmin",
        "3: 6 and more arcmin",
        "unknown",
    ]


def test_exact_sum_is_the_same_in_any_order(sky):
    rng = np.random.default_rng(2)
    numbers = rng.uniform(-1, 1, 2000)
    orders = (numbers, numbers[::-1], rng.permutation(numbers))
    rows = ", ".join(f"({n}, {x!r})" for n, order in enumerate(orders) for x in order.tolist())
    sums = evaluated(sky, "{{ exact_sum('x') }}", f"(values {rows}) as t(n, x) group by n")
    assert len(sums) == 3 and len(set(sums.tolist())) == 1
    assert abs(float(sums[0]) - numbers.sum()) < 1e-12


def test_of_equal_probabilities_the_first_class_is_taken_and_of_missing_ones_none(sky):
    got = evaluated(
        sky,
        "{{ most_probable_class('p', ['QSO', 'TTau*', 'XB']) }}",
        "(values (1, [0.25, 0.375, 0.375]), (2, [0.5, null, 0.25]), (3, [null, null, null]), (4, null)) as t(i, p) order by i",
    )
    assert got[:2].tolist() == ["TTau*", "QSO"] and np.ma.getmaskarray(got)[2:].all()
