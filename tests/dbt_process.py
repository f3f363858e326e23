"""dbt in processes of their own, forked from one that has imported everything already: each start
of dbt would take three seconds for that.
"""

import multiprocessing
import os
import subprocess
import sys
import tempfile

SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(["dbt.cli.main", "dbt.adapters.duckdb", "udfs.plugin"])


def run_dbt(arguments, environment, folder):
    """Run dbt's command line in a folder, under these environment variables and no others; return
    the finished process.
    """
    with tempfile.NamedTemporaryFile() as terminal:
        process = SERVER.Process(target=_dbt, args=(arguments, environment, folder, terminal.name))
        process.start()
        process.join()
        return subprocess.CompletedProcess(
            arguments, process.exitcode, stdout=terminal.read().decode()
        )


def _dbt(arguments, environment, folder, terminal):
    os.environ.clear()
    os.environ.update(environment)
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
