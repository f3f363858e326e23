"""Bayes factors of associations against formulas, scipy and astropy."""

import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import SkyCoord
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from udfs.associations import ARCSEC_PER_RADIAN, log10_bayes_factor, offsets, turn_of_north


def sources(rng, n, k, dec=0.0, spread=3.0):
    """Return ra, dec, major, minor, angle of n associations of k catalogues about one place."""
    east, north = rng.normal(0, spread, (2, n, k))
    ra, decs = 150 + east / 3600 / np.cos(np.radians(dec)), dec + north / 3600
    major = rng.uniform(0.3, 3, (n, k))
    return ra, decs, major, major * rng.uniform(0.3, 1, (n, k)), rng.uniform(0, 180, (n, k))


def test_offsets_and_north_are_astropys_at_every_declination():
    rng = np.random.default_rng(1)
    for dec in (0.0, 45.0, -70.0, 89.999, -89.9999, 90.0):
        centre = SkyCoord(rng.uniform(0, 360, 50) * u.deg, np.full(50, dec) * u.deg)
        other = centre.directional_offset_by(rng.uniform(0, 360, 50) * u.deg, rng.uniform(0.1, 15, 50) * u.arcsec)
        east, north = offsets(centre.ra.deg, centre.dec.deg, other.ra.deg, other.dec.deg)
        toward = centre.position_angle(other).rad
        separation = centre.separation(other).arcsec
        np.testing.assert_allclose(east, separation * np.sin(toward), atol=1e-6)
        np.testing.assert_allclose(north, separation * np.cos(toward), atol=1e-6)
        # the same great circle seen from both ends: its direction differs by the turn of north
        back = other.position_angle(centre).rad + np.pi
        turn = turn_of_north(centre.ra.deg, centre.dec.deg, other.ra.deg, other.dec.deg)
        np.testing.assert_allclose(np.cos(back + turn - toward), 1, atol=1e-9)


def test_two_circles_are_equation_16_of_budavari_and_szalay_in_both_formulas():
    separation, variance = np.array([0.0, 1.5, 3.0]), 1.0**2 + 0.1**2
    expected = (np.log(2 * ARCSEC_PER_RADIAN**2 / variance) - separation**2 / (2 * variance)) / np.log(10)
    ra = np.stack([np.full(3, 180.0), 180 + separation / 3600], axis=1)
    for formula in ("exact", "nway"):
        got = log10_bayes_factor(formula, ra, np.zeros((3, 2)), np.tile([1.0, 0.1], (3, 1)), np.tile([1.0, 0.1], (3, 1)), np.zeros((3, 2)))
        np.testing.assert_allclose(got, expected, atol=1e-9)


def test_exact_is_the_integral_of_the_product_of_all_gaussians():
    """ln B of n members: the integral over the object's place, for a place drawn evenly from the sphere."""
    rng = np.random.default_rng(2)
    ra, dec, major, minor, angle = sources(rng, 20, 4)
    got = log10_bayes_factor("exact", ra, dec, major, minor, angle)
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


def test_circles_of_any_number_of_catalogues_agree_in_both_formulas():
    rng = np.random.default_rng(3)
    ra, dec, major, _, angle = sources(rng, 500, 5)
    absent = rng.random(ra.shape) < 0.3
    ra[absent] = dec[absent] = np.nan
    exact, nway = (log10_bayes_factor(formula, ra, dec, major, major, angle) for formula in ("exact", "nway"))
    np.testing.assert_allclose(exact, nway, atol=1e-6)
    assert (exact[(~absent).sum(axis=1) < 2] == 0).all()


def test_tiny_errors_beside_large_ones_keep_their_digits():
    """Gaia's 30 microarcseconds beside 3 arcsec: the product's inverse would lose ten digits."""
    rng = np.random.default_rng(4)
    ra, dec, major, minor, angle = sources(rng, 100, 3)
    major[:, 1:], minor[:, 1:] = 3e-5, 3e-5
    ra[:, 2], dec[:, 2] = ra[:, 1] + 1e-5 / 3600, dec[:, 1]
    got = log10_bayes_factor("exact", ra, dec, major, minor, angle)
    pair = log10_bayes_factor("exact", ra[:, :2], dec[:, :2], major[:, :2], minor[:, :2], angle[:, :2])
    close = (np.log(2 * ARCSEC_PER_RADIAN**2 / (2 * 3e-5**2)) - (1e-5) ** 2 / (4 * 3e-5**2)) / np.log(10)
    np.testing.assert_allclose(got, pair + close, atol=1e-3)


def test_the_exact_factor_is_the_same_whichever_member_comes_first():
    rng = np.random.default_rng(5)
    for dec in (0.0, 60.0, 89.99):
        arrays = sources(rng, 50, 4, dec=dec)
        forward = log10_bayes_factor("exact", *arrays)
        backward = log10_bayes_factor("exact", *(array[:, ::-1] for array in arrays))
        np.testing.assert_allclose(forward, backward, atol=1e-5)


@given(st.floats(0.05, 5), st.floats(1, 10), st.floats(-80, 80))
def test_a_larger_error_never_raises_the_factor_of_a_coincident_pair(error, scale, dec):
    ra, decs = np.full((2, 2), 10.0), np.full((2, 2), dec)
    errors = np.array([[error, 0.1], [error * scale, 0.1]])
    for formula in ("exact", "nway"):
        small, large = log10_bayes_factor(formula, ra, decs, errors, errors, np.zeros((2, 2)))
        assert large <= small + 1e-12


@given(st.floats(0, 359), st.integers(0, 10**6))
def test_a_shift_of_right_ascension_changes_nothing(shift, seed):
    ra, *rest = sources(np.random.default_rng(seed), 5, 3, dec=50.0)
    for formula in ("exact", "nway"):
        np.testing.assert_allclose(
            log10_bayes_factor(formula, (ra + shift) % 360, *rest), log10_bayes_factor(formula, ra, *rest), atol=1e-5
        )


def test_bad_calls_are_named():
    two = np.ones((1, 2))
    with pytest.raises(ValueError, match="the formula is 'gauss'; it must be one of exact, nway"):
        log10_bayes_factor("gauss", two, two, two, two, two)
    with pytest.raises(ValueError, match="position errors must be positive"):
        log10_bayes_factor("exact", two, two, 0 * two, two, two)
