"""Absorption and reddening by a field: against independent integrals, and against the published
tables.
"""

import duckdb
import numpy as np
import pytest
from astropy.io import fits

from lynceus.physics.absorption import (
    CROSS_SECTION,
    NH_PER_AV,
    R_V,
    XRAY_BANDS,
    extinction_per_ebv,
    xray_factors,
)

LIMITS_KEV = {"b": (0.5, 7.0), "s": (0.5, 1.2), "m": (1.2, 2.0), "h": (2.0, 7.0)}


def test_nothing_is_lost_without_dust_and_more_with_more():
    factors = xray_factors(np.concatenate([np.linspace(0, 20, 300), [80.0, 1000.0]]))
    np.testing.assert_allclose(factors[0], 1, rtol=1e-14)
    assert factors.shape == (302, 4) and (np.diff(factors[:-1], axis=0) < 0).all()
    # beyond what a double can hold
    assert 0 < factors[-2, 1] < 1e-35 and factors[-1, 1] == 0
    np.testing.assert_array_less(factors[1:-1, 1], factors[1:-1, 2])
    np.testing.assert_array_less(factors[1:-1, 2], factors[1:-1, 3])


@pytest.mark.parametrize("gamma", [1.4, 2.0])
@pytest.mark.parametrize("ebv", [0.02, 0.5, 5.0])
def test_factors_are_the_integrals_of_equation_5(gamma, ebv):
    table = fits.getdata(CROSS_SECTION, 1)
    for band, factor in zip(XRAY_BANDS, xray_factors(np.array([ebv]), gamma)[0]):
        energy = np.geomspace(*LIMITS_KEV[band], 1_000_001)
        depth = NH_PER_AV * R_V * ebv * np.interp(energy, table["ENERGY"], table["SIGMA"]) * 1e-22
        flux = energy ** (1 - gamma)
        assert factor == pytest.approx(
            np.trapezoid(flux * np.exp(-depth), energy) / np.trapezoid(flux, energy), rel=3e-4
        )


def test_bad_reddening_is_refused_and_missing_one_stays_missing():
    with pytest.raises(ValueError, match="must not be negative"):
        xray_factors(np.array([0.1, -0.1]))
    assert np.isnan(xray_factors(np.array([np.nan, 0.1]))).tolist() == [[True] * 4, [False] * 4]
    assert xray_factors(np.array([])).shape == (0, 4)


def test_reddening_falls_with_wavelength():
    grown = extinction_per_ebv()
    assert list(grown) == ["G", "BP", "RP", "J", "H", "K", "W1", "W2", "W3"]
    assert (
        grown["BP"]
        > grown["G"]
        > grown["RP"]
        > grown["J"]
        > grown["H"]
        > grown["K"]
        > grown["W1"]
        > grown["W2"]
        > grown["W3"]
        > 0
    )
    assert R_V < grown["BP"] < 1.2 * R_V  # a little bluer than V


@pytest.mark.real
def test_the_cross_section_is_the_published_one(real_data):
    """To 2e-4 in the mean over steps of the published table, which is coarser; at edges a step
    differs more.
    """
    theirs = duckdb.sql(
        f"select energy, cross_section * 100 as sigma from '{real_data}/auxiliary/tbabs_cross_section.parquet' where energy between 0.5 and 7"
    ).fetchnumpy()
    table = fits.getdata(CROSS_SECTION, 1)
    ratio = np.interp(theirs["energy"], table["ENERGY"], table["SIGMA"]) * 100 / theirs["sigma"]
    assert abs(np.median(ratio) - 1) < 1e-4
    assert (np.abs(ratio - 1) < 0.01).mean() > 0.97


@pytest.mark.real
def test_factors_equal_the_published_ones(real_data):
    """To 1 % for every band, column (to 5e23 cm-2, E(B-V) = 73) and photon index.

    At photon index 2 and columns up to 1.1e23 cm-2 (E(B-V) = 16) to 5e-4 in the medium band, better
    elsewhere.
    """
    theirs = duckdb.sql(
        f"select band, nh, gamma, transmission from '{real_data}/auxiliary/xray_absorption_factors.parquet' order by all"
    ).fetchnumpy()
    for gamma in np.unique(theirs["gamma"]):
        nh = np.unique(theirs["nh"])
        ours = xray_factors(nh * 1e21 / NH_PER_AV / R_V, gamma)
        for i, band in enumerate(XRAY_BANDS):
            rows = (theirs["gamma"] == gamma) & (theirs["band"] == band)
            ratio = ours[np.searchsorted(nh, theirs["nh"][rows]), i] / theirs["transmission"][rows]
            np.testing.assert_allclose(ratio, 1, rtol=0.01)
            if gamma == 2:
                np.testing.assert_allclose(ratio[theirs["nh"][rows] <= 110], 1, rtol=5e-4)


@pytest.mark.real
def test_reddening_equals_the_published_one(real_data):
    theirs = duckdb.sql(
        f"select * from '{real_data}/auxiliary/extinction_by_ebv.parquet'"
    ).fetchnumpy()
    for band, grown in extinction_per_ebv().items():
        np.testing.assert_allclose(
            theirs["ebv"] * grown, -theirs[f"{band.lower()}_mag_shift"], atol=1e-9
        )
