"""What Pan-STARRS1 says of the objects in the sky; it saw nothing south of declination -30."""

import numpy as np

from lynceus.inputs.simulated import seds
from lynceus.inputs.simulated.blends import merged
from lynceus.inputs.simulated.broad_light import PAN_STARRS, ab_magnitudes
from lynceus.inputs.simulated.geometry import shifted
from lynceus.inputs.simulated.infrared import band_photometry, unique_rows
from lynceus.inputs.simulated.tables import taken

EPOCH, RESOLUTION, SOUTH = 2012.5, 1.2, -30.0  # yr, arcsec, deg
# mag of 5 sigma in a single exposure, near which mean magnitudes end: Chambers et al. (2016),
# arXiv:1612.05560, table 11
LIMITS = {"g": 22.0, "r": 21.8, "i": 21.5, "z": 20.9, "y": 19.7}
FLOOR, LEAST_SIGMA, COLOUR_SCATTER = 0.005, 4.0, 0.03


def panstarrs_columns(rng, objects):
    """Return the rows of `panstarrs`: the objects measured in one band at least."""
    seen = merged(taken(objects, objects["dec"] > SOUTH), EPOCH, RESOLUTION, seds.RP)
    light = ab_magnitudes(seen, list(PAN_STARRS.values()))
    light += COLOUR_SCATTER * rng.normal(0, 1, light.shape)
    columns, measured = {}, np.zeros(len(light), bool)
    for number, (band, limit) in enumerate(LIMITS.items()):
        magnitude, error = band_photometry(rng, light[:, number], limit, 5.0, FLOOR, LEAST_SIGMA)
        is_measured = np.isfinite(error)
        measured |= is_measured
        columns |= {
            f"{band}MeanPSFMag": np.where(is_measured, magnitude, np.nan),
            f"{band}MeanPSFMagErr": error,
        }
    sigma = np.full(len(light), 0.02) + 0.05 * np.clip(light[:, 2] - 18, 0, 4) / 4
    ra, dec = shifted(seen["ra"], seen["dec"], *(sigma * rng.normal(0, 1, (2, len(sigma)))))
    # as the survey does it: half arcminutes of declination, then right ascension
    number = np.floor((dec + 90) * 120).astype(np.int64) * 10_000_000_000_000 + np.floor(
        ra * 1e7
    ).astype(np.int64)
    columns |= {
        "objID": number,
        "raMean": ra,
        "decMean": dec,
        "raMeanErr": sigma,
        "decMeanErr": sigma,
    }
    return unique_rows(taken(columns, measured), seen["owner"][measured], "objID")[0]
