"""Features of X-ray sources, and draws from their measurement errors."""

import numpy as np
import pytest
from scipy.stats import truncnorm

from lynceus.physics.source_features import BANDS, FEATURES, Measurements, features

NAN = np.nan
MAGNITUDE = np.array([[14.0, 14.5, 13.3, 12.0, 11.4, 11.2, 11.1, 11.0, 10.5]])
FLUX = np.array([[1e-14, 2e-14, 5e-14]])


def measured(flux, flux_error, rows):
    """Return `rows` equal sources with the given flux and error in each band, and one magnitude
    without error.
    """
    magnitude_error = np.full((rows, len(BANDS)), 0.1)
    magnitude_error[:, 3] = NAN
    return Measurements(
        np.tile(flux, (rows, 1)),
        np.tile(flux_error, (rows, 1)),
        np.tile(MAGNITUDE, (rows, 1)),
        magnitude_error,
        np.full((rows, 2), 0.5),
    )


def test_there_are_the_54_features_of_the_paper():
    assert len(FEATURES) == len(set(FEATURES)) == 54


def test_features_are_ratios_to_the_broad_band_flux_hardness_and_colours():
    values = dict(zip(FEATURES, features(FLUX, MAGNITUDE, np.array([[0.3, 0.9]]))[0]))
    assert values["F_b"] == pytest.approx(np.log10(8e-14))
    assert values["F_s"] == pytest.approx(np.log10(1 / 8))
    assert values["HR_ms"] == pytest.approx(1 / 3)
    assert values["HR_hm"] == pytest.approx(3 / 7)
    assert values["HR_h_ms"] == pytest.approx(2 / 8)
    assert (values["P_inter"], values["P_intra"]) == (0.3, 0.9)
    assert values["G-K"] == pytest.approx(14.0 - 11.2)
    assert values["W1-W3"] == pytest.approx(0.6)
    # Table 3: 2.5e-9 erg/s/cm2/A times 4052.97 A for G = 0
    assert values["G"] == pytest.approx(np.log10(2.5e-9 * 4052.97 * 10 ** (-14 / 2.5) / 8e-14))


def test_a_magnitude_at_the_depth_of_its_survey_is_missing_in_all_its_features():
    magnitude = MAGNITUDE.copy()
    magnitude[0, 0] = 21.5
    values = dict(zip(FEATURES, features(FLUX, magnitude, np.zeros((1, 2)))[0]))
    assert {name for name, value in values.items() if np.isnan(value)} == {"G"} | {
        f"G-{band}" for band in BANDS[1:]
    }


def test_chosen_features_come_in_the_order_asked_for():
    names = ("W2-W3", "F_b", "P_intra", "K")
    chosen, everything = (
        features(FLUX, MAGNITUDE, np.ones((1, 2)), names),
        features(FLUX, MAGNITUDE, np.ones((1, 2))),
    )
    assert np.array_equal(chosen[0], [everything[0, FEATURES.index(name)] for name in names])


def test_an_unknown_feature_is_named():
    with pytest.raises(ValueError, match="unknown features F_x"):
        features(FLUX, MAGNITUDE, np.zeros((1, 2)), ("F_b", "F_x"))


def test_drawn_fluxes_follow_a_gaussian_above_zero():
    flux, error = np.array([1e-14, 2e-16, -1e-15]), np.array([1e-15, 1e-15, 5e-16])
    drawn, _ = measured(flux, error, 200_000).drawn(np.random.default_rng(1))
    assert drawn.min() > 0
    for column in range(3):
        sigma = np.sqrt(2) * error[column]
        law = truncnorm(-flux[column] / sigma, np.inf, loc=flux[column], scale=sigma)
        assert drawn[:, column].mean() == pytest.approx(law.mean(), rel=0.01)
        assert drawn[:, column].std() == pytest.approx(law.std(), rel=0.01)


@pytest.mark.parametrize("is_common", [False, True])
def test_a_common_error_moves_the_bands_together_and_keeps_each_bands_spread(is_common):
    flux, error = np.array([1e-14, 5e-14, 4e-16]), np.array([1e-15, 2e-15, 1e-15])
    drawn, _ = measured(flux, error, 100_000).drawn(
        np.random.default_rng(5), has_common_flux_error=is_common
    )
    deviates = (drawn - flux) / (np.sqrt(2) * error)
    assert np.corrcoef(deviates[:, :2].T)[0, 1] == pytest.approx(float(is_common), abs=0.01)
    assert deviates[:, :2].std(axis=0) == pytest.approx([1, 1], rel=0.01)
    assert drawn.min() > 0
    # one near zero is drawn anew where the common number takes it below
    assert (
        0.3 * is_common - 0.01 < np.corrcoef(deviates[:, [0, 2]].T)[0, 1] < 0.99 * is_common + 0.01
    )
    law = truncnorm(
        -flux[2] / np.sqrt(2) / error[2], np.inf, loc=flux[2], scale=np.sqrt(2) * error[2]
    )
    assert drawn[:, 2].mean() == pytest.approx(law.mean(), rel=0.02)


def test_drawn_magnitudes_scatter_by_sqrt_2_times_their_error_and_go_missing_without_one():
    _, magnitude = measured(FLUX[0], FLUX[0] / 10, 100_000).drawn(np.random.default_rng(2))
    assert magnitude[:, 0].std() == pytest.approx(0.1 * np.sqrt(2), rel=0.01)
    assert np.isnan(magnitude[:, 3]).all() and not np.isnan(np.delete(magnitude, 3, axis=1)).any()


@pytest.mark.parametrize(
    ("flux", "missing"),
    [
        ([0.0, 2e-14, 5e-14], {"F_s"}),
        ([-1e-15, 2e-14, 5e-14], {"F_s"}),
        ([0.0, 0.0, 0.0], {"F_s", "F_m", "F_h", "F_b", "HR_ms", "HR_hm", "HR_h_ms", *BANDS}),
    ],
)
def test_of_a_flux_of_zero_or_less_there_is_no_logarithm(flux, missing):
    values = dict(zip(FEATURES, features(np.array([flux]), MAGNITUDE, np.zeros((1, 2)))[0]))
    assert {name for name, value in values.items() if not np.isfinite(value)} == missing
    assert not np.isinf(list(values.values())).any()


def test_a_flux_far_below_zero_is_drawn_just_above_it():
    drawn, _ = measured([-1e-13, -1e-13, 1e-14], np.full(3, 1e-15), 100).drawn(
        np.random.default_rng(4)
    )
    assert np.isfinite(drawn).all() and (drawn[:, :2] > 0).all() and drawn[:, :2].max() < 1e-15


def test_a_flux_without_error_stays_as_it_is():
    drawn, _ = measured(FLUX[0], np.array([NAN, 0.0, 1e-15]), 10).drawn(np.random.default_rng(3))
    assert (drawn[:, :2] == FLUX[0, :2]).all()
