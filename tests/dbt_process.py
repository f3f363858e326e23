"""dbt in processes of their own, forked from one that has imported everything and parsed the project
already (dbt_preloaded): each start of dbt would take three seconds for the one, and a parse twice as
long as after the other.
"""

import multiprocessing
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from multiprocessing import forkserver
from pathlib import Path

SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(["dbt_preloaded"])


def run_dbt(arguments, environment, folder):
    """Run dbt's command line in a folder, under these environment variables and no others; return
    the finished process.
    """
    with _beside(Path(__file__).parent):
        forkserver.ensure_running()
    with tempfile.NamedTemporaryFile() as terminal:
        process = SERVER.Process(target=_dbt, args=(arguments, environment, folder, terminal.name))
        process.start()
        process.join()
        return subprocess.CompletedProcess(
            arguments, process.exitcode, stdout=terminal.read().decode()
        )


@contextmanager
def _beside(folder):
    """Let Python, where it starts anew, find the modules of a folder."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(folder), before]))
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before


def _dbt(arguments, environment, folder, terminal):
    # Python says nothing of a preload that fails
    assert "dbt_preloaded" in sys.modules, "dbt_preloaded was not loaded before the fork"
    os.environ.clear()
    # the threads of dbt's own reader of templates do not survive a fork; Jinja says the same
    os.environ.update(environment | {"DBT_STATIC_PARSER": "false"})
    os.chdir(folder)
    shown = os.open(terminal, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(shown, stream)
    sys.argv = ["dbt", *arguments]
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import cli

    try:
        cli()
    finally:
        # a process ends here without what an interpreter does at its end
        DuckDBConnectionManager.close_all_connections()
