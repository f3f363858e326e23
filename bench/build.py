"""`dbt build` of a sky as large as the Chandra Source Catalog: time of every step, and peak memory.

    python -m bench.build [--sources 320000] [--data folder]

320,000 simulated X-ray sources have about 2.4 million candidates, as 254,000 real ones with a
candidate have.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

from lynceus.inputs.simulated import simulate_sky
from lynceus.settings import PROJECT

SHOWN = 15


def main():
    """Build, and print the slowest steps with the sum of all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--sources", type=int, default=320_000, help="X-ray sources of the simulated sky"
    )
    parser.add_argument("--data", type=Path, help="raw tables that are there already")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        data = options.data or simulate_sky(
            Path(work) / "sky", options.sources, options.sources // 50, seed=2, progress=True
        )
        steps, seconds = build(data, Path(work))
        with duckdb.connect(f"{work}/lynceus.duckdb", read_only=True) as connection:
            sizes = connection.execute(
                "select count(*), count(*) filter (n_candidates > 0), sum(n_candidates) from release.xray_sources"
            ).fetchall()[0]
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
    print("{:,} X-ray sources, {:,} with candidates, {:,} candidates".format(*sizes))
    print(f"dbt build: {seconds:.0f} s, peak {peak:.2f} GB")
    for name, took in steps[:SHOWN]:
        print(f"  {name:32} {took:>7.1f} s")
    print(f"  {f'{len(steps) - SHOWN} others':32} {sum(took for _, took in steps[SHOWN:]):>7.1f} s")


def build(data, work):
    """Run dbt build; return (name, seconds) of every model and test, slowest first, and the seconds
    of the whole.
    """
    environment = {
        **os.environ,
        "LYNCEUS_DATA": str(Path(data).resolve()),
        "LYNCEUS_DATABASE": str(work / "lynceus.duckdb"),
        "DBT_TARGET_PATH": str(work / "target"),
        "DBT_LOG_PATH": str(work / "logs"),
        "DBT_PROJECT_DIR": str(PROJECT),
        "DBT_PROFILES_DIR": str(PROJECT),
    }
    subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "dbt.cli.main", "--quiet", "build"],
        env=environment,
        check=True,
    )
    run = json.loads((work / "target" / "run_results.json").read_text())
    steps = [
        (result["unique_id"].split(".")[2], result["execution_time"]) for result in run["results"]
    ]
    return sorted(steps, key=lambda step: -step[1]), run["elapsed_time"]


if __name__ == "__main__":
    main()
