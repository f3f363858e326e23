"""dbt on this project over raw tables, and into a database, of a folder of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path

from udfs.plugin import PROJECT

# they test formulas on rows of their own, whatever the data: `make test` runs them
NO_UNIT_TESTS = ("--exclude-resource-type", "unit_test")


def run_dbt(work, command, *arguments, variables, **environment):
    """Run dbt over the raw tables in `work`/raw; return the path of the database, `work`/lynceus.duckdb.

    Parameters
    ----------
    work : path
        Made if absent.
    command, arguments : str
        Of dbt.
    variables : dict
        Vars that differ from dbt_project.yml.
    environment : str
        Environment variables that differ.

    Raises
    ------
    SystemExit
        With dbt's output, if it fails.
    """
    work = Path(work)
    work.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "dbt.cli.main", "--no-use-colors", command, *arguments, "--vars", json.dumps(variables)],
        env={
            **os.environ, "LYNCEUS_DATA": str(work / "raw"), "LYNCEUS_DATABASE": str(work / "lynceus.duckdb"),
            "DBT_TARGET_PATH": str(work / "target"), "DBT_LOG_PATH": str(work / "logs"),
            "DBT_PROJECT_DIR": str(PROJECT), "DBT_PROFILES_DIR": str(PROJECT), **environment,
        },
        cwd=PROJECT, capture_output=True, text=True, check=False,
    )
    if done.returncode:
        sys.exit(f"dbt {command} failed in {work}:\n{done.stdout}")
    return work / "lynceus.duckdb"
