"""dbt on this project, in a process of its own."""

import os
import subprocess
import sys
from math import inf
from pathlib import Path

import yaml

from lynceus.settings import PROJECT, dbt_environment

# they test formulas on rows of their own, whatever the data: `make test` runs them
NO_UNIT_TESTS = ("--exclude-resource-type", "unit_test")


def dbt(command, *arguments, variables=None, environment=None, **options):
    """Run dbt on the project; return the finished process, whatever its exit code.

    Parameters
    ----------
    command, arguments : str
        Of dbt.
    variables : dict or str, optional
        Vars that differ from dbt_project.yml; a str is YAML.
    environment : dict, optional
        Environment variables that differ.
    options
        Of subprocess.run.
    """
    given = variables if isinstance(variables, str) else vars_text(variables or {})
    environment = dbt_environment(**environment or {})
    # dbt imports the plugin, and the plugin this package, from the project it runs
    environment["PYTHONPATH"] = os.pathsep.join(
        filter(None, [str(PROJECT), environment.get("PYTHONPATH")])
    )
    code = "import sys; from dbt.cli.main import cli; sys.argv[0] = 'dbt'; cli()"
    return subprocess.run(
        [
            sys.executable,
            "-c",
            code,
            *(["--no-use-colors"] if options.get("capture_output") else []),
            command,
            *arguments,
            "--vars",
            given,
        ],
        cwd=PROJECT,
        env=environment,
        check=False,
        **options,
    )


def vars_text(variables):
    """Return vars as YAML for dbt; in JSON 1e-05 would be a text for it."""
    return yaml.safe_dump(variables, width=inf, allow_unicode=True)


def run_dbt(work, command, *arguments, variables, **environment):
    """Run dbt over the raw tables in `work`/raw; return the path of the database,
    `work`/lynceus.duckdb.

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
    folders = {
        "LYNCEUS_DATA": str(work / "raw"),
        "LYNCEUS_DATABASE": str(work / "lynceus.duckdb"),
        "DBT_TARGET_PATH": str(work / "target"),
        "DBT_LOG_PATH": str(work / "logs"),
    }
    done = dbt(
        command,
        *arguments,
        variables=variables,
        environment=folders | environment,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(f"dbt {command} failed in {work}:\n{done.stdout}")
    return work / "lynceus.duckdb"
