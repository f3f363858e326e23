"""Bayes factors of associations, the exact ones in SQL and NWAY's: against formulas, scipy and
astropy.
"""

import json

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from astropy import units as u
from astropy.coordinates import SkyCoord
from conftest import Build
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal
from test_macros import evaluated

from udfs.associations import ARCSEC_PER_RADIAN, nway_log10_bayes_factor, offsets

CATALOGUES = "abcde"


def sources(rng, n, k, dec=0.0, spread=3.0):
    """Return ra, dec, major, minor, angle of n associations of k catalogues about one place."""
    east, north = rng.normal(0, spread, (2, n, k))
    ra, decs = 150 + east / 3600 / np.cos(np.radians(dec)), dec + north / 3600
    major = rng.uniform(0.3, 3, (n, k))
    return ra, decs, major, major * rng.uniform(0.3, 1, (n, k)), rng.uniform(0, 180, (n, k))


@pytest.fixture(scope="module")
def exact(tmp_path_factory):
    """Return log10 of the Bayes factors of (n, k) arrays as the models of a match of five
    catalogues compute them, compiled once.
    """
    sky = Build(tmp_path_factory.mktemp("exact"))
    error = {"kind": "ellipse", "columns": ["major", "minor", "angle"]}
    match = {
        "name": "exact",
        "radius_arcsec": 60,
        "formula": "exact",
        "density": "global",
        "completeness": 0.9,
        "fakes": 0,
        "catalogues": [
            {
                "name": name,
                "table": f"{sky.folder}/{name}.parquet",
                "id": "id",
                "ra": "ra",
                "dec": "dec",
                "error": error,
            }
            | ({"area_deg2": 1.0} if name != "a" else {})
            for name in CATALOGUES
        ],
    }
    write_catalogues(sky.folder, *np.ones((5, 1, 5)))
    done = sky.match(match, "compile", "--write-json")
    assert done.returncode == 0, done.stdout
    models = in_order(sky.folder / "target")
    return lambda *arrays: factors(sky.folder, models, *arrays)


def in_order(target):
    """Return name, kind and SQL of the compiled models, each after those it reads."""
    nodes = json.loads((target / "manifest.json").read_text())["nodes"]
    left = {
        key: node
        for key, node in nodes.items()
        if node["resource_type"] == "model" and node["schema"] == "match"
    }
    models = []
    while left:
        ready = [
            key for key, node in left.items() if not left.keys() & set(node["depends_on"]["nodes"])
        ]
        models += [
            (node["name"], node["config"]["materialized"], node["compiled_code"])
            for node in map(left.pop, sorted(ready))
        ]
    return models


def write_catalogues(folder, ra, dec, major, minor, angle):
    """Write each catalogue; a row's number is its id, and rows lie a degree of right ascension
    apart, so as not to meet.
    """
    for k, name in enumerate(CATALOGUES):
        rows = np.flatnonzero(~np.isnan(ra[:, k])) if k < ra.shape[1] else []
        columns = {
            "ra": (ra + np.arange(len(ra))[:, None]) % 360,
            "dec": dec,
            "major": major,
            "minor": minor,
            "angle": angle,
        }
        values = {
            column: pa.array(array[rows, k] if len(rows) else [], pa.float64())
            for column, array in columns.items()
        }
        pq.write_table(
            pa.table({"id": pa.array(rows, pa.int64()), **values}), f"{folder}/{name}.parquet"
        )


def factors(folder, models, ra, *arrays):
    write_catalogues(folder, ra, *arrays)
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as lynceus; use lynceus; create schema match")
        for name, kind, sql in models:
            connection.execute(f"create {kind} match.{name} as {sql}")
        # of all associations of a primary the one of most members
        found = connection.execute("""
            select max_by(log10_bf, ncat) as log10_bf, max(ncat) as ncat from match.posteriors group by primary_key order by primary_key
        """).fetchnumpy()
    np.testing.assert_array_equal(found["ncat"], (~np.isnan(ra)).sum(axis=1))
    return np.asarray(found["log10_bf"])


def test_offsets_and_north_are_astropys_at_every_declination():
    rng = np.random.default_rng(1)
    for dec in (0.0, 45.0, -70.0, 89.999, -89.9999, 90.0):
        centre = SkyCoord(rng.uniform(0, 360, 50) * u.deg, np.full(50, dec) * u.deg)
        other = centre.directional_offset_by(
            rng.uniform(0, 360, 50) * u.deg, rng.uniform(0.1, 15, 50) * u.arcsec
        )
        east, north = offsets(centre.ra.deg, centre.dec.deg, other.ra.deg, other.dec.deg)
        toward = centre.position_angle(other).rad
        separation = centre.separation(other).arcsec
        np.testing.assert_allclose(east, separation * np.sin(toward), atol=1e-6)
        np.testing.assert_allclose(north, separation * np.cos(toward), atol=1e-6)


def test_north_is_turned_as_the_great_circle_seen_from_both_ends_says(sky):
    rng = np.random.default_rng(8)
    dec = np.repeat([0.0, 45.0, -70.0, 89.999, -89.9999, 90.0], 20)
    centre = SkyCoord(rng.uniform(0, 360, len(dec)) * u.deg, dec * u.deg)
    other = centre.directional_offset_by(
        rng.uniform(0, 360, len(dec)) * u.deg, rng.uniform(0.1, 15, len(dec)) * u.arcsec
    )
    places = zip(*(angle.deg.tolist() for angle in (centre.ra, centre.dec, other.ra, other.dec)))
    rows = ", ".join(
        f"({number}, {', '.join(map('{:.17e}'.format, place))})"
        for number, place in enumerate(places)
    )
    turn = evaluated(
        sky,
        "{{ turn_of_north('a', 'b', 'c', 'd') }}",
        f"(values {rows}) as t(number, a, b, c, d) order by number",
    )
    back = other.position_angle(centre).rad + np.pi
    np.testing.assert_allclose(np.cos(back + turn - centre.position_angle(other).rad), 1, atol=1e-9)


def test_two_circles_are_equation_16_of_budavari_and_szalay_in_both_formulas(exact):
    separation, variance = np.array([0.0, 1.5, 3.0]), 1.0**2 + 0.1**2
    expected = (
        np.log(2 * ARCSEC_PER_RADIAN**2 / variance) - separation**2 / (2 * variance)
    ) / np.log(10)
    ra = np.stack([np.full(3, 180.0), 180 + separation / 3600], axis=1)
    for formula in (exact, nway_log10_bayes_factor):
        got = formula(
            ra,
            np.zeros((3, 2)),
            np.tile([1.0, 0.1], (3, 1)),
            np.tile([1.0, 0.1], (3, 1)),
            np.zeros((3, 2)),
        )
        np.testing.assert_allclose(got, expected, atol=1e-9)


def test_exact_is_the_integral_of_the_product_of_all_gaussians(exact):
    """ln B of n members: the integral over the object's place, for a place drawn evenly from the
    sphere.
    """
    rng = np.random.default_rng(2)
    ra, dec, major, minor, angle = sources(rng, 20, 4)
    got = exact(ra, dec, major, minor, angle)
    for row in range(20):
        east, north = offsets(ra[row, 0], dec[row, 0], ra[row], dec[row])
        places = np.stack([east, north], axis=1)
        covariances = []
        for k in range(4):
            t = np.radians(angle[row, k])
            axes = np.array([[np.sin(t), np.cos(t)], [np.cos(t), -np.sin(t)]])
            covariances.append(axes.T @ np.diag([major[row, k] ** 2, minor[row, k] ** 2]) @ axes)
        grid = np.linspace(-25, 25, 1201)
        field = np.stack(np.meshgrid(grid, grid), axis=-1)
        ln = sum(multivariate_normal(places[k], covariances[k]).logpdf(field) for k in range(4))
        integral = np.log(np.exp(ln - ln.max()).sum() * (grid[1] - grid[0]) ** 2) + ln.max()
        expected = integral + 3 * np.log(4 * np.pi * ARCSEC_PER_RADIAN**2)
        assert got[row] == pytest.approx(expected / np.log(10), abs=1e-4)


def test_circles_of_any_number_of_catalogues_agree_in_both_formulas(exact):
    rng = np.random.default_rng(3)
    ra, dec, major, _, angle = sources(rng, 300, 5)
    absent = rng.random(ra.shape) < 0.3
    absent[:, 0] = False  # whose counterparts are sought
    ra[absent] = dec[absent] = np.nan
    by_pairs = nway_log10_bayes_factor(ra, dec, major, major, angle)
    np.testing.assert_allclose(exact(ra, dec, major, major, angle), by_pairs, atol=1e-6)
    assert (by_pairs[(~absent).sum(axis=1) < 2] == 0).all()


def test_tiny_errors_beside_large_ones_keep_their_digits(exact):
    """Gaia's 30 microarcseconds beside 3 arcsec: the product's inverse would lose ten digits."""
    rng = np.random.default_rng(4)
    ra, dec, major, minor, angle = sources(rng, 100, 3, spread=1.0)
    major[:, 1:], minor[:, 1:] = 3e-5, 3e-5
    dec[:, 2], ra[:, 2] = dec[:, 1] + 1e-5 / 3600, ra[:, 1]
    got = exact(ra, dec, major, minor, angle)
    pair = exact(*(array[:, :2] for array in (ra, dec, major, minor, angle)))
    close = (
        np.log(2 * ARCSEC_PER_RADIAN**2 / (2 * 3e-5**2)) - (1e-5) ** 2 / (4 * 3e-5**2)
    ) / np.log(10)
    np.testing.assert_allclose(got, pair + close, atol=1e-3)


def test_the_exact_factor_is_the_same_whichever_member_comes_first(exact):
    rng = np.random.default_rng(5)
    for dec, n in ((0.0, 50), (60.0, 50), (89.99, 1), (89.99, 1), (89.99, 1)):
        arrays = sources(rng, n, 4, dec=dec)
        np.testing.assert_allclose(
            exact(*arrays), exact(*(array[:, ::-1] for array in arrays)), atol=1e-5
        )


def test_no_larger_error_raises_the_factor_of_coincident_sources(exact):
    rng = np.random.default_rng(6)
    for members in (2, 3, 5):
        # rows in twos, the second with one error larger
        ra, dec = (
            np.full((200, members), 77.0),
            np.repeat(rng.uniform(-89, 89, 100), 2)[:, None].repeat(members, axis=1),
        )
        major = rng.uniform(0.01, 10, (100, members)).repeat(2, axis=0)
        major[np.arange(1, 200, 2), rng.integers(0, members, 100)] *= rng.uniform(1, 100, 100)
        got = exact(ra, dec, major, major / 2, np.full(ra.shape, 30.0))
        assert (got[1::2] <= got[::2] + 1e-9).all()


@given(
    st.lists(st.floats(0.01, 10), min_size=2, max_size=5),
    st.integers(0, 4),
    st.floats(1, 100),
    st.floats(-90, 90),
)
def test_no_larger_error_raises_nways_factor_of_coincident_sources(errors, larger, scale, dec):
    ra, decs = np.full((2, len(errors)), 77.0), np.full((2, len(errors)), dec)
    major = np.array([errors, errors])
    major[1, larger % len(errors)] *= scale
    before, after = nway_log10_bayes_factor(ra, decs, major, major / 2, np.full(major.shape, 30.0))
    assert after <= before + 1e-9


def test_a_shift_of_right_ascension_changes_nothing(exact):
    ra, *rest = sources(np.random.default_rng(7), 30, 3, dec=50.0)
    for formula in (exact, nway_log10_bayes_factor):
        for shift in (30.0, 209.999, 210.0, 333.3):
            np.testing.assert_allclose(
                formula((ra + shift) % 360, *rest), formula(ra, *rest), atol=1e-5
            )


def test_errors_that_are_not_positive_are_refused():
    two = np.ones((1, 2))
    with pytest.raises(ValueError, match="position errors must be positive"):
        nway_log10_bayes_factor(two, two, 0 * two, two, two)
