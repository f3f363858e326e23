"""What 2MASS and AllWISE say of the objects in the sky.

The docstring of `sky` explains the columns of the objects.
"""

import numpy as np

from lynceus.inputs.simulated import seds
from lynceus.inputs.simulated.blends import merged
from lynceus.inputs.simulated.geometry import sexagesimal_name, shifted
from lynceus.inputs.simulated.tables import taken

TWOMASS_EPOCH, ALLWISE_EPOCH = 1999.5, 2010.5
TWOMASS_RESOLUTION, ALLWISE_RESOLUTION = 2.0, 6.0  # arcsec
TWOMASS_10SIGMA = {"j": 15.9, "h": 15.1, "k": 14.4}  # mag: Skrutskie et al. (2006), AJ 131, 1163
# mag: AllWISE Explanatory Supplement, II.3
ALLWISE_5SIGMA = {"w1": 17.1, "w2": 15.8, "w3": 11.5, "w4": 7.8}


def twomass_columns(rng, objects):
    """Return the rows of `twomass` and the owner of each: point sources with a detection in one
    band at least.
    """
    seen = merged(objects, TWOMASS_EPOCH, TWOMASS_RESOLUTION, seds.KS)
    bands = dict(zip(TWOMASS_10SIGMA, (seds.J, seds.H, seds.KS)))
    photometry = {
        band: band_photometry(
            rng, seen["magnitudes"][:, index], TWOMASS_10SIGMA[band], 10.0, 0.02, 6.0
        )
        for band, index in bands.items()
    }
    is_seen = np.any([np.isfinite(error) for _, error in photometry.values()], axis=0)
    quality = _letters([error for _, error in photometry.values()], (0.109, 0.155, 0.217))
    best = np.nanmin(
        np.where(is_seen, [np.nan_to_num(e, nan=9.0) for _, e in photometry.values()], 9.0), axis=0
    )
    sigma = np.clip(np.hypot(0.06, 0.9 * best), 0.06, 0.4)
    ra, dec = shifted(seen["ra"], seen["dec"], *(sigma * rng.normal(0, 1, (2, len(sigma)))))
    columns = {
        "designation": sexagesimal_name(ra, dec, 2, 1, ""),
        "ra": ra,
        "dec": dec,
        "err_maj": sigma,
        "err_min": sigma * rng.uniform(0.85, 1, len(sigma)),
        "err_ang": rng.uniform(0, 180, len(sigma)),
        "ph_qual": quality,
        "cc_flg": np.where(seen["is_blend"] & (rng.random(len(ra)) < 0.5), "ccc", "000"),
    }
    for band, (magnitude, error) in photometry.items():
        columns |= {f"{band}_m": magnitude, f"{band}_msigcom": error}
    return unique_rows(taken(columns, is_seen), seen["owner"][is_seen], "designation")


def allwise_columns(rng, objects):
    """Return the rows of `allwise` and the owner of each: sources found in W1 or W2."""
    seen = merged(objects, ALLWISE_EPOCH, ALLWISE_RESOLUTION, seds.W1)
    photometry = {
        band: band_photometry(
            rng, seen["magnitudes"][:, index], ALLWISE_5SIGMA[band], 5.0, 0.023, 2.0
        )
        for band, index in zip(ALLWISE_5SIGMA, (seds.W1, seds.W2, seds.W3, seds.W4))
    }
    errors = [error for _, error in photometry.values()]
    is_seen = (errors[0] < 0.22) | (errors[1] < 0.22)
    best = np.nanmin(
        np.where(is_seen, [np.nan_to_num(e, nan=9.0) for e in errors[:2]], 9.0), axis=0
    )
    sigma = np.clip(np.hypot(0.035, 2.2 * best), 0.035, 0.9)
    ra, dec = shifted(seen["ra"], seen["dec"], *(sigma * rng.normal(0, 1, (2, len(sigma)))))
    number = len(ra)
    variable = np.where(rng.random(number) < seen["variable_share"], "52nn", "01nn")
    columns = {
        "designation": np.strings.add("J", sexagesimal_name(ra, dec, 2, 1)),
        "ra": ra,
        "dec": dec,
        "sigra": sigma,
        "sigdec": sigma * rng.uniform(0.9, 1.1, number),
        "sigradec": sigma * rng.spawn(1)[0].uniform(-0.3, 0.3, number),
        "ph_qual": _letters(errors, (0.1086, 0.362, 0.5429)),
        "cc_flags": np.where(rng.random(number) < 0.12, "hh00", "0000"),
        "ext_flg": np.select(
            [seen["is_extended"], seen["is_blend"] & (rng.random(number) < 0.4)], [5, 1], 0
        ),
        "var_flg": np.where(errors[0] < 0.1, variable, "nnnn"),
    }
    for band, (magnitude, error) in photometry.items():
        columns |= {f"{band}mpro": magnitude, f"{band}sigmpro": error}
    return unique_rows(taken(columns, is_seen), seen["owner"][is_seen], "designation")


def band_photometry(rng, magnitude, limit, limit_sigma, floor, least_sigma):
    """Return measured magnitudes and errors; below `least_sigma` the magnitude is a limit and its
    error NaN.

    `limit` is the magnitude measured with `limit_sigma` standard deviations; it varies a little
    over the sky.
    """
    number = len(magnitude)
    depth = limit + rng.normal(0, 0.1, number)
    noise = 10 ** (-0.4 * depth) / limit_sigma
    flux = 10 ** (-0.4 * magnitude) + noise * rng.normal(0, 1, number)
    signal = flux / noise
    is_measured = signal > least_sigma
    error = np.hypot(floor, 1.0857 / np.where(is_measured, signal, 1.0))
    measured = -2.5 * np.log10(
        np.where(is_measured, flux, noise * least_sigma)
    ) + floor * rng.normal(0, 1, number)
    return measured, np.where(is_measured, error, np.nan)


def _letters(errors, edges):
    """Return the quality letters of a row, one per band: A, B, C, D by error, U for a limit."""
    letters = np.array(["A", "B", "C", "D", "U"])
    text = np.full(len(errors[0]), "", "U1")
    for error in errors:
        text = np.strings.add(
            text,
            letters[np.where(np.isnan(error), 4, np.searchsorted(edges, np.nan_to_num(error)))],
        )
    return text


def unique_rows(columns, owner, key):
    """Return rows and owners sorted by the key, each key once."""
    _, order = np.unique(columns[key], return_index=True)
    return taken(columns, order), owner[order]
