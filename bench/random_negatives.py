"""How many random negatives does the score need? One training per number, on the default simulated
sky.

    python -m bench.random_negatives [--sources 20000]
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

from lynceus.inputs.simulated import simulate_sky
from lynceus.settings import PROJECT, default_match

MULTIPLIERS = (0, 5, 10, 20, 40)  # of those published, the ones up to 40


def main():
    """Train with every multiplier and print the ROC AUC on validation and test."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--sources", type=int, default=20_000, help="X-ray sources of the simulated sky"
    )
    options = parser.parse_args()
    print(f"{'random per positive':>20} {'negatives':>10} {'AUC validation':>15} {'AUC test':>9}")
    with tempfile.TemporaryDirectory() as work:
        data = simulate_sky(Path(work) / "sky", options.sources, options.sources // 50, seed=1)
        for multiplier in MULTIPLIERS:
            negatives, validation, test = trained(data, Path(work), multiplier)
            print(f"{multiplier:>20} {negatives:>10,} {validation:>15.4f} {test:>9.4f}", flush=True)


def trained(data, work, multiplier):
    """Return the number of negative pairs trained on, and the ROC AUC on validation and test."""
    environment = {
        **os.environ,
        "LYNCEUS_DATA": str(data),
        "LYNCEUS_DATABASE": str(work / "lynceus.duckdb"),
        "DBT_TARGET_PATH": str(work / "target"),
        "DBT_LOG_PATH": str(work / "logs"),
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
        "run",
        "--select",
        "+match_model",
        "--vars",
        json.dumps({"match": default_match(classifier={"random_negatives": multiplier})}),
    ]
    subprocess.run(command, env=environment, check=True)
    with duckdb.connect(str(work / "lynceus.duckdb"), read_only=True) as connection:
        return connection.execute(
            "select n_negative_train, auc_validation, auc_test from match.match_model"
        ).fetchall()[0]


if __name__ == "__main__":
    main()
