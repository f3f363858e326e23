"""What CatWISE2020 and unWISE say of the objects in the sky: the light that AllWISE sees, in deeper
images.

The docstring of `sky` explains the columns of the objects.
"""

import numpy as np

from lynceus.inputs.simulated import seds
from lynceus.inputs.simulated.blends import merged
from lynceus.inputs.simulated.geometry import joined, padded, sexagesimal_name, shifted
from lynceus.inputs.simulated.infrared import band_photometry, unique_rows
from lynceus.inputs.simulated.tables import taken

CATWISE_EPOCH, UNWISE_EPOCH = 2015.4, 2015.0
# arcsec; closer pairs than AllWISE parts, as both start from the detections of Schlafly et al.
# (2019)
RESOLUTION = 4.0
# mag, 90 % complete: Marocco et al. (2021), ApJS 253, 8; here 5 sigma
CATWISE_LIMIT = {"w1": 17.7, "w2": 17.5}
# mag, 5 sigma, 0.7 deeper than AllWISE: Schlafly et al. (2019), ApJS 240, 30
UNWISE_LIMIT = {"w1": 17.8, "w2": 16.5}
BANDS = {"w1": seds.W1, "w2": seds.W2}
# mag to subtract from 22.5 - 2.5 log10(flux) to be on the scale of AllWISE: Schlafly et al. (2019)
UNWISE_OFFSET = {"w1": 0.004, "w2": 0.032}
PIXEL = 2.75  # arcsec


def catwise_columns(rng, objects):
    """Return the rows of `catwise` and the owner of each: sources found in W1 or W2."""
    seen, photometry, is_seen, sigma = _detected(
        rng, objects, CATWISE_EPOCH, CATWISE_LIMIT, 0.012, 2.0
    )
    number = len(sigma)
    ra, dec = shifted(seen["ra"], seen["dec"], *(sigma * rng.normal(0, 1, (2, number))))
    sigpm = 0.25 * sigma  # arcsec/yr
    columns = {
        "source_name": np.strings.add("J", sexagesimal_name(ra, dec, 2, 1)),
        "source_id": _tile_ids(ra, dec, "_b0-"),
        "ra": ra,
        "dec": dec,
        "sigra": sigma,
        "sigdec": sigma * rng.uniform(0.9, 1.0, number),
        "sigradec": sigma * rng.uniform(-0.3, 0.3, number),
        "pmra": seen["pmra"] / 1000 + sigpm * rng.normal(0, 1, number),
        "pmdec": seen["pmdec"] / 1000 + sigpm * rng.normal(0, 1, number),
        "sigpmra": sigpm,
        "sigpmdec": sigpm,
        "cc_flags": np.where(rng.random(number) < 0.12, "hh00", "0000"),
        "ab_flags": np.full(number, "00"),
    }
    for band, (magnitude, error) in photometry.items():
        columns |= {f"{band}mpro": magnitude, f"{band}sigmpro": error}
    return unique_rows(taken(columns, is_seen), seen["owner"][is_seen], "source_id")


def unwise_columns(rng, objects):
    """Return the rows of `unwise` and the owner of each: sources found in W1 or W2; a band without
    detection is 0.
    """
    seen, photometry, is_seen, sigma = _detected(
        rng, objects, UNWISE_EPOCH, UNWISE_LIMIT, 0.002, 5.0
    )
    ra, dec = shifted(seen["ra"], seen["dec"], *(sigma * rng.normal(0, 1, (2, len(sigma)))))
    columns = {
        "unwise_objid": _tile_ids(ra, dec, "o"),
        "ra": ra,
        "dec": dec,
        "primary": np.ones(len(ra), np.int32),
    }
    for band, (magnitude, error) in photometry.items():
        flux = np.where(
            np.isfinite(error), 10 ** (0.4 * (22.5 - magnitude - UNWISE_OFFSET[band])), 0.0
        )
        error = np.nan_to_num(error)
        columns |= {
            f"flux_{band}": flux,
            f"dflux_{band}": flux * error / 1.0857,
            f"dx_{band}": 2.2 * error / PIXEL,
            f"dy_{band}": 2.1 * error / PIXEL,
        }
    return unique_rows(taken(columns, is_seen), seen["owner"][is_seen], "unwise_objid")


def _detected(rng, objects, epoch, limits, floor, least_sigma):
    """Return the objects as the survey parts them, their photometry, which are found, and their
    position errors.
    """
    seen = merged(objects, epoch, RESOLUTION, seds.W1)
    photometry = {
        band: band_photometry(
            rng, seen["magnitudes"][:, index], limits[band], 5.0, floor, least_sigma
        )
        for band, index in BANDS.items()
    }
    errors = np.array([np.nan_to_num(error, nan=9.0) for _, error in photometry.values()])
    return (
        seen,
        photometry,
        (errors < 0.22).any(axis=0),
        np.clip(np.hypot(0.025, 2.2 * errors.min(axis=0)), 0.025, 0.6),
    )


def _tile_ids(ra, dec, separator):
    """Return ids of a tile of 0.1 deg and a number in it, which here follows from the place."""
    ra, size = np.floor(np.stack([ra, np.abs(dec)]) * 10_000).astype(int)
    return joined(
        padded(ra // 1000, 4),
        np.where(dec < 0, "m", "p"),
        padded(size // 1000, 3),
        separator,
        padded(ra % 1000, 3),
        padded(size % 1000, 3),
    )
