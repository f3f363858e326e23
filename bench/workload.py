"""The match benchmark's sky: X-ray sources clustered in pointings, each with about nine Gaia
candidates.
"""

from pathlib import Path

import numpy as np

from lynceus.inputs.raw_tables import RawTableWriter

POINTING_RADIUS_DEG = 0.25
CANDIDATE_RADIUS_ARCSEC = 15.0


def write_workload(folder, n_xray, n_gaia, n_pointings, candidates=9.0, seed=1):
    """Write csc_master and gaia_source of a clustered sky.

    Gaia sources are of two kinds: those near X-ray sources, so many that the mean number within
    15 arcsec is `candidates`, and the rest spread over the pointings.

    Parameters
    ----------
    folder : path
        Made if absent.
    n_xray, n_gaia, n_pointings : int
    candidates : float
        Mean number of Gaia sources within 15 arcsec of an X-ray source.
    seed : int
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    centres = sphere(rng, n_pointings)
    xray = around(rng, centres, rng.integers(0, n_pointings, n_xray), POINTING_RADIUS_DEG)
    with RawTableWriter(folder, "csc_master") as writer:
        writer.write(
            {
                "name": np.char.add("2CXO J", np.arange(n_xray).astype(str)),
                "ra": xray[0],
                "dec": xray[1],
                "err_ellipse_r0": rng.uniform(0.7, 4, n_xray),
                "err_ellipse_r1": rng.uniform(0.5, 0.7, n_xray),
                "err_ellipse_ang": rng.uniform(0, 180, n_xray),
            }
        )
    near = min(int(n_xray * candidates), n_gaia)
    with RawTableWriter(folder, "gaia_source") as writer:
        for first in range(0, n_gaia, 1_000_000):
            index = np.arange(first, min(first + 1_000_000, n_gaia))
            close = index < near
            around_xray = around(
                rng, xray, rng.integers(0, n_xray, close.sum()), CANDIDATE_RADIUS_ARCSEC / 3600
            )
            field = around(
                rng, centres, rng.integers(0, n_pointings, (~close).sum()), POINTING_RADIUS_DEG
            )
            ra, dec = np.concatenate([around_xray, field], axis=1)
            writer.write(
                {
                    "source_id": 2**60 + index,
                    "ra": ra,
                    "dec": dec,
                    "ref_epoch": np.full(len(index), 2016.0),
                    "ra_error": np.full(len(index), 0.2),
                    "dec_error": np.full(len(index), 0.2),
                    "pmra": rng.normal(0, 10, len(index)),
                    "pmdec": rng.normal(0, 10, len(index)),
                    "phot_g_mean_mag": rng.uniform(10, 21, len(index)),
                }
            )


def sphere(rng, count):
    """Return (2, count) ra and dec, degrees, uniform on the sky."""
    return np.stack([rng.uniform(0, 360, count), np.degrees(np.arcsin(rng.uniform(-1, 1, count)))])


def around(rng, centres, which, radius_deg):
    """Return (2, n) positions uniform in circles of a radius (deg) about the chosen centres."""
    ra, dec = np.radians(centres[:, which])
    distance = np.radians(radius_deg) * np.sqrt(rng.random(len(which)))
    angle = rng.uniform(0, 2 * np.pi, len(which))
    sin_dec = np.sin(dec) * np.cos(distance) + np.cos(dec) * np.sin(distance) * np.cos(angle)
    east = np.arctan2(
        np.sin(angle) * np.sin(distance) * np.cos(dec), np.cos(distance) - np.sin(dec) * sin_dec
    )
    return np.stack([np.degrees(ra + east) % 360, np.degrees(np.arcsin(sin_dec))])
