"""How sources flicker and flare, and what the tests of the source catalogue make of it."""

import numpy as np
from scipy.special import chdtr

from lynceus.inputs.simulated.kinds import KINDS


def draw_light_curves(rng, kind, observations):
    """Return the mean brightness of each source in each observation and its rms within it, both (n,
    k), as factors.

    Parameters
    ----------
    rng : numpy Generator
    kind : (n,) array of int
    observations : int
        Number k of observations.
    """
    shape = (len(kind), observations)
    slow = np.array([k.slow_variability for k in KINDS])[kind][:, None]
    fast = np.array([k.fast_variability for k in KINDS])[kind][:, None]
    flare_share = np.array([k.flare_share for k in KINDS])[kind][:, None]
    is_flaring = rng.random(shape) < flare_share
    level = 10 ** (slow * rng.normal(0, 1, shape)) * np.where(
        is_flaring, rng.uniform(1, 2.5, shape), 1
    )
    rms = fast * rng.lognormal(0, 0.6, shape) + np.where(
        is_flaring, rng.uniform(0.3, 1.2, shape), 0
    )
    return level, rms


def test_columns(rng, counts, rms, seconds):
    """Return the variability columns of observations: Gregory-Loredo, Kolmogorov-Smirnov, Kuiper,
    light curve.

    Tests are run from 10 counts upwards; a constant source has low Gregory-Loredo odds and uniform
    Kolmogorov-Smirnov probabilities.

    Parameters
    ----------
    rng : numpy Generator
    counts : dict of str to (n,) array
        Counts per band: b, s, m, h.
    rms : (n,) array
        True rms of the source within the observation as a share of its mean.
    seconds : (n,) array
        Exposure.

    Returns
    -------
    dict of (n,) arrays, NaN where untested
    """
    columns = {}
    for band, events in counts.items():
        ln_odds = _ln_odds(rng, events, rms)
        tested = events >= 10
        columns |= _light_curve(rng, band, events, rms, ln_odds, tested, seconds)
        columns[f"var_prob_{band}"] = np.where(tested, _probability(ln_odds), np.nan)
        if band == "b":
            columns["var_index_b"] = np.where(tested, variability_index(ln_odds), np.nan)
            for test, strength in (("ks", 0.10), ("kp", 0.08)):
                chance = rng.random(len(events)) * np.exp(-strength * events * rms**2)
                columns[f"{test}_prob_b"] = np.where(tested, 1 - chance, np.nan)
    return columns


def _ln_odds(rng, counts, rms):
    return rng.normal(-0.9, 1.3, len(counts)) + 0.15 * counts * rms**2


def _probability(ln_odds):
    return 1 / (1 + np.exp(-np.clip(ln_odds, -50, 50)))


def _light_curve(rng, band, counts, rms, ln_odds, tested, seconds):
    """Return mean, sigma, min and max of the count rate: flat where the odds are against
    variability.
    """
    mean = np.divide(
        counts, seconds, out=np.full(len(counts), np.nan), where=tested & (seconds > 0)
    )
    noise = 0.5 / np.sqrt(np.maximum(counts, 1))
    seen = np.hypot(rms, noise) * _probability(ln_odds) * rng.lognormal(0, 0.5, len(counts))
    return {
        f"var_mean_{band}": mean,
        f"var_sigma_{band}": mean * seen,
        f"var_min_{band}": mean * np.exp(-1.2 * seen),
        f"var_max_{band}": mean * (1 + 2.5 * seen),
    }


def variability_index(ln_odds):
    """Return the Gregory-Loredo index 0-10 of natural log odds (Evans et al. 2010, ApJS 189, 37,
    table 7).
    """
    log_odds = ln_odds / np.log(10)
    certain = np.array([-np.inf, 2.0, 4.0, 10.0, 30.0])
    index = np.where(
        _probability(ln_odds) < 0.9, np.searchsorted([0.5, 2 / 3], _probability(ln_odds)), 0
    )
    return np.where(_probability(ln_odds) < 0.9, index, 5 + np.searchsorted(certain, log_odds))


def between_observations(flux, error):
    """Return probability, index 0-8 and spread of variability between observations.

    Parameters
    ----------
    flux, error : (n, k) array
        Photon fluxes and their 68 % errors; NaN where not observed.

    Returns
    -------
    probability, index, sigma : (n,) arrays, NaN with fewer than two observations
    """
    number = np.sum(np.isfinite(flux), axis=1)
    weight = np.where(np.isfinite(flux), 1 / error**2, 0.0)
    values = np.nan_to_num(flux)
    mean = np.sum(weight * values, axis=1) / np.maximum(weight.sum(axis=1), 1e-300)
    statistic = np.sum(weight * (values - mean[:, None]) ** 2, axis=1)
    probability = chdtr(np.maximum(number - 1, 1), statistic)  # of chi2, as scipy.stats has it
    sigma = np.sqrt(
        np.sum(np.isfinite(flux) * (values - mean[:, None]) ** 2, axis=1)
        / np.maximum(number - 1, 1)
    )
    index = np.searchsorted([0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999], probability)
    untested = number < 2
    return tuple(np.where(untested, np.nan, value) for value in (probability, index, sigma))
