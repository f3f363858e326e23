"""Calibration of p_any and p_i against the truth, with a global and with a local density of Gaia.

python -m bench.densities [--data data/simulated]
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import numpy as np

from lynceus.settings import PROJECT, default_match

DENSITIES = ("global", "local")
EDGES = (0, 2, 10, 50, np.inf)  # Gaia sources per arcmin2


def main():
    """Build both matches on a simulated sky and print reliability by density, and by probability."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--data", type=Path, default=PROJECT / "data" / "simulated", help="a simulated sky"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        for density in DENSITIES:
            build(options.data, Path(work), density)
        with duckdb.connect() as connection:
            for density in DENSITIES:
                connection.execute(f"attach '{work}/density_{density}.duckdb' (read_only)")
            rows = {density: read(connection, density) for density in DENSITIES}
    by_density(rows)
    for claim in ("p_any", "p_any p_i"):
        by_probability(rows, claim)


def build(data, work, density):
    """Build the default match with one kind of density into a database of its name."""
    settings = {"match": default_match(density=density)}
    environment = {
        **os.environ,
        "LYNCEUS_DATA": str(data.resolve()),
        "LYNCEUS_DATABASE": str(work / f"density_{density}.duckdb"),
        "DBT_TARGET_PATH": str(work / "target"),
        "DBT_LOG_PATH": str(work),
        "DBT_PROJECT_DIR": str(PROJECT),
        "DBT_PROFILES_DIR": str(PROJECT),
    }
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "dbt.cli.main",
        "--quiet",
        "build",
        "--select",
        "+path:models/match/position",
        "stg_truth",
    ]
    subprocess.run([*command, "--vars", json.dumps(settings)], env=environment, check=True)


def read(connection, density):
    """Return claims and truth of the best candidate of each source that has any."""
    return connection.sql(f"""
        select p_any, p_any * p_i as "p_any p_i", truth.gaia_source_id is not null as has,
            coalesce(pairs.gaia_source_id = truth.gaia_source_id, false) as is_right, density_deg2 / 3600 as density
        from density_{density}.match.posteriors as pairs
        inner join density_local.match.primary_densities using (primary_key)
        inner join density_local.match.primaries using (primary_key)
        inner join density_local.staging.stg_truth as truth using (csc_name)
        where match_flag = 1 and ncat > 1 and p_any is not null
        order by csc_name, pairs.gaia_source_id
    """).fetchnumpy()


def by_density(rows):
    """Print mean p_any, the share that has a counterpart, and the log-loss, by the density of Gaia."""
    print(
        "\n| Gaia per arcmin2 | sources | have one | mean p_any, global | mean p_any, local | log-loss, global | log-loss, local |"
    )
    print("|---|---|---|---|---|---|---|")
    for low, high in [*zip(EDGES[:-1], EDGES[1:], strict=True), (0, np.inf)]:
        inside = [(rows[d]["density"] >= low) & (rows[d]["density"] < high) for d in DENSITIES]
        has = rows["local"]["has"][inside[1]]
        means = [
            f"{rows[d]['p_any'][i].mean():.3f}" for d, i in zip(DENSITIES, inside, strict=True)
        ]
        losses = [
            f"{log_loss(rows[d]['p_any'][i], rows[d]['has'][i]):.3f}"
            for d, i in zip(DENSITIES, inside, strict=True)
        ]
        print(f"| {low} to {high} | {len(has)} | {has.mean():.3f} | {' | '.join(means + losses)} |")


def by_probability(rows, claim):
    """Print claimed and true shares in tenths of a probability, and the expected calibration error."""
    truth = "is_right" if "p_i" in claim else "has"
    print(f"\n| {claim} | {' | '.join(f'sources, {d} | claimed | true' for d in DENSITIES)} |")
    print("|---" * 7 + "|")
    error = dict.fromkeys(DENSITIES, 0.0)
    for tenth in range(10):
        cells = []
        for density in DENSITIES:
            p, true = rows[density][claim], rows[density][truth]
            inside = np.minimum((p * 10).astype(int), 9) == tenth
            cells.append(f"{inside.sum()} | {p[inside].mean():.3f} | {true[inside].mean():.3f}")
            error[density] += abs(p[inside].mean() - true[inside].mean()) * inside.mean()
        print(f"| {tenth / 10} to {(tenth + 1) / 10} | {' | '.join(cells)} |")
    print(
        "expected calibration error: "
        + ", ".join(f"{density} {value:.4f}" for density, value in error.items())
    )


def log_loss(p, truth):
    """Return the mean negative log-likelihood of truths."""
    p = np.clip(p, 1e-6, 1 - 1e-6)
    return -np.log(np.where(truth, p, 1 - p)).mean()


if __name__ == "__main__":
    main()
