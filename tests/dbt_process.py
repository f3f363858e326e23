"""dbt and `lynceus` in processes of their own, forked from one that has imported everything and parsed
the project already (dbt_preloaded): each start would take three seconds for the one, and a parse twice
as long as after the other.
"""

import hashlib
import multiprocessing
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from multiprocessing import forkserver
from pathlib import Path

from lynceus.settings import project_vars

# what dbt parsed and compiled, for all workers of one run; the first process makes it
SHARED = Path(os.environ.get("LYNCEUS_TEST_SHARED") or tempfile.mkdtemp(prefix="lynceus-parsed-"))
os.environ["LYNCEUS_TEST_SHARED"] = str(SHARED)
SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(["dbt_preloaded"])


def graph_vars(variables):
    """Return those vars that may shape dbt's graph: not those that only analyses know."""
    return {name: value for name, value in variables.items() if name in project_vars()}


def parsed_file(project, variables):
    """Return where a project lies that was parsed with these vars."""
    graph = f"{project} {sorted(graph_vars(variables).items())}"
    return SHARED / f"{hashlib.sha256(graph.encode()).hexdigest()}.msgpack"


def write_whole(path, content):
    """Write a file that other processes see whole or not at all."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as unfinished:
        unfinished.write(content)
    os.replace(unfinished.name, path)


def run_forked(program, arguments, environment, folder):
    """Run the command line of dbt or lynceus in a folder, under these environment variables and no
    others; return the finished process, with all that the terminal showed.
    """
    with _beside(Path(__file__).parent):
        forkserver.ensure_running()
    with tempfile.NamedTemporaryFile() as terminal:
        process = SERVER.Process(
            target=_run, args=(program, arguments, environment, folder, terminal.name)
        )
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


def _run(program, arguments, environment, folder, terminal):
    # Python says nothing of a preload that fails
    assert "dbt_preloaded" in sys.modules, "dbt_preloaded was not loaded before the fork"
    os.environ.clear()
    # the threads of dbt's own reader of templates do not survive a fork; Jinja says the same
    os.environ.update(environment | {"DBT_STATIC_PARSER": "false"})
    os.chdir(folder)
    shown = os.open(terminal, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(shown, stream)
    sys.argv = [program, *arguments]
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import cli

    from lynceus.commands import main

    try:
        {"dbt": cli, "lynceus": main}[program]()
    finally:
        # a process ends here without what an interpreter does at its end
        DuckDBConnectionManager.close_all_connections()
