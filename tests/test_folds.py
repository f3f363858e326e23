"""Fields of the sky."""

import numpy as np
from astropy import units as u
from astropy.coordinates import SkyCoord

from lynceus.learning.folds import balanced_folds, sky_fields


def brute_force(ra, dec, link_deg):
    """Return the fields by spreading the least number along links until nothing changes."""
    places = SkyCoord(ra * u.deg, dec * u.deg)
    linked = places[:, None].separation(places[None, :]).deg < link_deg
    label = np.arange(len(ra))
    while True:
        spread = np.where(linked, label[None, :], len(ra)).min(axis=1)
        if np.array_equal(spread, label):
            return np.unique(label, return_inverse=True)[1]
        label = spread


def test_fields_are_chains_of_neighbours_across_ra_0_and_the_poles():
    rng = np.random.default_rng(1)
    ra = np.concatenate([rng.uniform(0, 360, 150), [359.8, 0.3], rng.uniform(0, 360, 8)])
    dec = np.concatenate(
        [np.degrees(np.arcsin(rng.uniform(-1, 1, 150))), [10, 10], rng.uniform(89.2, 90, 8)]
    )
    for link_deg in (0.6, 4.0):
        assert np.array_equal(sky_fields(ra, dec, link_deg), brute_force(ra, dec, link_deg))


def test_folds_hold_fields_whole_and_are_as_even_as_these_allow():
    field = np.repeat(np.arange(7), [50, 9, 9, 8, 8, 8, 8])
    fold = balanced_folds(field, 2)
    assert sorted(np.bincount(fold)) == [50, 50]
    assert all(len(np.unique(fold[field == one])) == 1 for one in range(7))


def test_no_sources_lie_in_no_field():
    assert len(sky_fields(np.array([]), np.array([]), 1.0)) == 0
    assert len(balanced_folds(np.empty(0, int), 3)) == 0
