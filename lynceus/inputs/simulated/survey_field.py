"""A field of a survey with X-ray sources, optical and infrared catalogues and the truth: for
matches with magnitude priors.

    python -m lynceus.inputs.simulated.survey_field --folder data/xmm_field [--xray <Parquet: id,
    ra_deg, dec_deg, pos_err>]

Two square degrees as deep as XMM-COSMOS; the X-ray sources are simulated too, or real ones, around
which the truth is drawn. Active galaxies are brighter than the field in both bands, and redder:
what a magnitude prior lives from.
"""

import argparse
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

CENTRE_RA, CENTRE_DEC, AREA_DEG2 = 150.12, 2.21, 2.0
OPTICAL_PER_DEG2, FAINTEST_I, SLOPE = 100_000, 25.5, 0.3  # number counts grow as 10^(slope m)
BRIGHTEST_I, FAINTEST_36 = 16.0, 22.5
COUNTERPART_SHARE = 0.92
OPTICAL_ERROR, INFRARED_ERROR = 0.1, 0.4  # arcsec, 1 sigma
XRAY_SOURCES = 1800


def simulate_field(folder, xray=None, seed=1):
    """Write xray, optical, infrared and truth.parquet into a folder, made if absent.

    Parameters
    ----------
    folder : path
    xray : path, optional
        Parquet file of X-ray sources: id, ra_deg, dec_deg (deg), pos_err (arcsec, 1 sigma). Without
        it they are simulated.
    seed : int
    """
    rng = np.random.default_rng(seed)
    sources = _given(xray) if xray else _drawn(rng)
    count = len(sources["id"])
    has_counterpart = rng.random(count) < COUNTERPART_SHARE
    agn_ra, agn_dec = _scattered(rng, sources["ra"], sources["dec"], sources["pos_err"])
    agn_i = _within(rng, count, 21.3, 1.6)
    field = round(OPTICAL_PER_DEG2 * AREA_DEG2)
    # the inverse of the cumulative counts
    low, high = 10 ** (SLOPE * BRIGHTEST_I), 10 ** (SLOPE * FAINTEST_I)
    field_i = np.log10(low + rng.random(field) * (high - low)) / SLOPE
    field_ra, field_dec = _positions(rng, field)

    ra, dec = (
        np.append(agn_ra[has_counterpart], field_ra),
        np.append(agn_dec[has_counterpart], field_dec),
    )
    mag_i = np.append(agn_i[has_counterpart], field_i)
    is_agn = np.arange(len(ra)) < has_counterpart.sum()
    mag_36 = mag_i - np.where(is_agn, rng.normal(2.2, 0.8, len(ra)), rng.normal(1.0, 0.9, len(ra)))
    in_infrared = mag_36 < FAINTEST_36
    ids = rng.permutation(len(ra)) + 1  # an id tells nothing of what it is
    owner = np.append(sources["id"][has_counterpart], np.full(field, -1))
    infrared_ids = np.where(in_infrared, rng.permutation(len(ra)) + 1, -1)

    optical_ra, optical_dec = _scattered(rng, ra, dec, OPTICAL_ERROR)
    infrared_ra, infrared_dec = _scattered(rng, ra, dec, INFRARED_ERROR)
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "xray.parquet", "id", **sources)
    _write(
        folder / "optical.parquet",
        "id",
        id=ids,
        ra=optical_ra,
        dec=optical_dec,
        pos_err=np.full(len(ra), OPTICAL_ERROR),
        mag_i=mag_i,
    )
    _write(
        folder / "infrared.parquet",
        "id",
        id=infrared_ids[in_infrared],
        ra=infrared_ra[in_infrared],
        dec=infrared_dec[in_infrared],
        pos_err=np.full(in_infrared.sum(), INFRARED_ERROR),
        mag_36=mag_36[in_infrared],
    )
    seen = infrared_ids[is_agn]
    _write(
        folder / "truth.parquet",
        "xray_id",
        xray_id=owner[is_agn],
        optical_id=ids[is_agn],
        infrared_id=np.ma.masked_where(seen < 0, seen),
    )


def _given(path):
    table = pq.read_table(path)
    names = {"id": "id", "ra": "ra_deg", "dec": "dec_deg", "pos_err": "pos_err"}
    return {name: table[column].to_numpy() for name, column in names.items()}


def _drawn(rng):
    ra, dec = _positions(rng, XRAY_SOURCES)
    return {
        "id": np.arange(1, XRAY_SOURCES + 1),
        "ra": ra,
        "dec": dec,
        "pos_err": np.clip(rng.lognormal(np.log(1.7), 0.35, XRAY_SOURCES), 0.8, 5),
    }


def _positions(rng, count):
    """Return positions (deg) spread evenly over the square field."""
    half = np.sqrt(AREA_DEG2) / 2
    dec = CENTRE_DEC + rng.uniform(-half, half, count)
    return CENTRE_RA + rng.uniform(-half, half, count) / np.cos(np.radians(CENTRE_DEC)), dec


def _scattered(rng, ra, dec, sigma):
    """Return positions (deg) a two-dimensional Gaussian error away, `sigma` (arcsec) along each
    axis.
    """
    east, north = rng.normal(size=(2, len(ra))) * sigma / 3600
    return ra + east / np.cos(np.radians(dec)), dec + north


def _within(rng, count, mean, sigma):
    """Return magnitudes of a normal distribution cut off at the limits of the optical catalogue."""
    values = rng.normal(mean, sigma, count)
    while (outside := (values < BRIGHTEST_I) | (values > FAINTEST_I)).any():
        values[outside] = rng.normal(mean, sigma, outside.sum())
    return values


def _write(path, key, **columns):
    arrays = {
        name: pa.array(values.filled(0), mask=values.mask)
        if np.ma.isMA(values)
        else pa.array(values)
        for name, values in columns.items()
    }
    pq.write_table(pa.table(arrays).sort_by(key), path)


def main():
    """Read the command line and write the field."""
    parser = argparse.ArgumentParser(
        prog="python -m lynceus.inputs.simulated.survey_field", description=__doc__.splitlines()[0]
    )
    parser.add_argument(
        "--folder", default="data/xmm_field", help="where the tables go (default: %(default)s)"
    )
    parser.add_argument(
        "--xray", help="Parquet file of real X-ray sources: id, ra_deg, dec_deg, pos_err"
    )
    parser.add_argument(
        "--seed",
        type=int,
        default=1,
        help="the same seed gives the same field (default: %(default)s)",
    )
    simulate_field(**vars(parser.parse_args()))


if __name__ == "__main__":
    main()
