"""Calibration of p_any against the truth, with several ways to know how dense Gaia is.

    python -m bench.densities [--data data/simulated]

global: one density for the sky. local: that of the half degree around a source.
adaptive: of HEALPix cells from order 3 to 11, each with the density of its parent as a prior worth
30 sources, so that a cell with many sources has a density of its own. magnitude: local, and how
common counterparts are follows G, as NWAY's magnitude prior has it. In all of these NWAY's share of
sources with a counterpart, 0.9; estimated: local, with the share that the data tell, the default.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import astropy.units as u
import duckdb
import numpy as np
from astropy_healpix import HEALPix

from lynceus.settings import PROJECT, default_match

# a score may not know what a prior knows
RULES = default_match()["classifier"]
BLIND = [f for f in RULES["feature_sets"]["published"] if f["of"] == "csc"]
BUILT = {
    "global": {"density": "global"},
    "local": {"density": "local"},
    "estimated": {"completeness": "estimated"},
    "magnitude": {
        "gaia": {"priors": [{"column": "phot_g_mean_mag", "from": "auto"}]},
        "classifier": {"features": BLIND},
    },
}
WAYS = ("global", "local", "adaptive", "magnitude", "estimated")
ORDERS, WORTH = range(3, 12), 30
TENTHS = np.linspace(0, 1, 11)


def main():
    """Build the match with each density on a simulated sky and print reliability by density, and by
    probability.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--data", type=Path, default=PROJECT / "data" / "simulated", help="a simulated sky"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        for name, changes in BUILT.items():
            build(options.data, Path(work), name, changes)
        with duckdb.connect() as connection:
            for name in BUILT:
                connection.execute(f"attach '{work}/density_{name}.duckdb' (read_only)")
            truth = read_truth(connection)
            p = {name: read_p_any(connection, name) for name in BUILT}
            p["adaptive"] = adaptive_p_any(connection, truth)
    by_density(p, truth)
    by_probability(p, truth)


def build(data, work, name, changes):
    """Build the positions of the default match, with some settings changed, into a database of that
    name.
    """
    changes = {"completeness": 0.9, "fakes": 0, **changes}
    settings = {"match": default_match(name="densities", **changes)}
    environment = {
        **os.environ,
        "LYNCEUS_DATA": str(data.resolve()),
        "LYNCEUS_DATABASE": str(work / f"density_{name}.duckdb"),
        "DBT_TARGET_PATH": str(work / "target"),
        "DBT_LOG_PATH": str(work),
        "DBT_PROJECT_DIR": str(PROJECT),
        "DBT_PROFILES_DIR": str(PROJECT),
    }
    command = [
        *(sys.executable, "-W", "ignore", "-m", "dbt.cli.main", "--quiet"),
        *("run", "--select", "+path:models/match/position", "stg_truth"),
    ]
    subprocess.run([*command, "--vars", json.dumps(settings)], env=environment, check=True)


def read_truth(connection):
    """Return the X-ray sources with a candidate, in order of their keys: position, density, whether
    they have a counterpart.
    """
    return connection.sql("""
        select primary_key, ra, dec, density_deg2 / 3600 as density, truth.gaia_source_id is not null as has
        from density_local.match.primaries
        inner join density_local.match.primary_densities using (primary_key)
        inner join density_local.match.primary_posteriors using (primary_key)
        inner join density_local.staging.stg_truth as truth on truth.csc_name = primaries.csc_name
        where n_associations > 0 and p_any is not null order by primary_key
    """).fetchnumpy()


def read_p_any(connection, name):
    """Return p_any of the sources of `read_truth` in one of the databases."""
    return connection.sql(
        f"select p_any from density_{name}.match.primary_posteriors where n_associations > 0 and p_any is not null order by primary_key"
    ).fetchnumpy()["p_any"]


def adaptive_p_any(connection, truth):
    """Return p_any of the sources of `read_truth` with the densities of adaptive cells."""
    primaries = connection.sql(
        "select primary_key, ra, dec from density_local.match.primaries order by primary_key"
    ).fetchnumpy()
    keys, radius = primaries["primary_key"], default_match()["radius_arcsec"]
    pairs = connection.sql(
        "select primary_key, separation_arcsec, log10_bf from density_local.match.posteriors where ncat = 2"
    ).fetchnumpy()
    row = np.searchsorted(keys, pairs["primary_key"])
    counts = np.bincount(row, pairs["separation_arcsec"] > radius / 2, len(keys))
    ring = np.pi * 0.75 * (radius / 3600) ** 2
    mean, area, completeness = connection.sql(
        "select n_sources / area_deg2, area_deg2, completeness from density_local.match.densities"
    ).fetchall()[0]
    density = np.full(len(keys), mean)
    for order in ORDERS:
        cells = HEALPix(2**order, order="nested").lonlat_to_healpix(
            primaries["ra"] * u.deg, primaries["dec"] * u.deg
        )
        cell = np.unique(cells, return_inverse=True)[1]
        worth = WORTH if order > ORDERS[0] else 1
        rings = np.bincount(cell)[cell] * ring
        density = (np.bincount(cell, counts)[cell] + worth) / (rings + worth / density)
    prior = completeness / ((density + 1 / area) * 4 * np.pi * np.degrees(1) ** 2)
    weight = np.bincount(row, 10 ** pairs["log10_bf"] * prior[row], len(keys))
    return (weight / (1 + weight))[np.searchsorted(keys, truth["primary_key"])]


def by_density(p, truth):
    """Print the log-loss by tenths of the density of Gaia, and of all."""
    density, has = truth["density"], truth["has"]
    edges = np.quantile(density, TENTHS)
    tenth = np.clip(np.searchsorted(edges, density, side="right") - 1, 0, 9)
    print(f"\n| Gaia per arcmin2 | sources | have one | {' | '.join(WAYS)} |")
    print("|---" * (3 + len(WAYS)) + "|")
    parts = [(f"{edges[n]:.1f} to {edges[n + 1]:.1f}", tenth == n) for n in range(10)]
    for name, inside in [*parts, ("all", tenth >= 0)]:
        losses = [f"{log_loss(p[way][inside], has[inside]):.3f}" for way in WAYS]
        print(f"| {name} | {inside.sum()} | {has[inside].mean():.3f} | {' | '.join(losses)} |")


def by_probability(p, truth):
    """Print claimed and true shares in tenths of p_any, and the expected calibration error."""
    shown, has = ("global", "local"), truth["has"]
    print(f"\n| p_any | {' | '.join(f'sources, {way} | claimed | true' for way in shown)} |")
    print("|---" * 7 + "|")
    error = dict.fromkeys(WAYS, 0.0)
    for n in range(10):
        cells = []
        for way in WAYS:
            inside = np.minimum((p[way] * 10).astype(int), 9) == n
            claimed, true = p[way][inside].mean(), has[inside].mean()
            error[way] += abs(claimed - true) * inside.mean()
            if way in shown:
                cells.append(f"{inside.sum()} | {claimed:.3f} | {true:.3f}")
        print(f"| {n / 10} to {(n + 1) / 10} | {' | '.join(cells)} |")
    told = ", ".join(f"{way} {value:.4f}" for way, value in error.items())
    print(f"expected calibration error of p_any: {told}")


def log_loss(p, truth):
    """Return the mean negative log-likelihood of truths."""
    p = np.clip(p, 1e-6, 1 - 1e-6)
    return -np.log(np.where(truth, p, 1 - p)).mean()


if __name__ == "__main__":
    main()
