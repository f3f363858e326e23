"""What is done once, before dbt's processes are forked: dbt is imported, and reads and parses the
project. Each of them would make anew the schemas of dbt's files, the code that reads and writes
them, and that of every template: half of what a parse takes.
"""

import gc
import hashlib
import marshal
import pickle
import tempfile
from functools import cache
from pathlib import Path

import dbt.adapters.duckdb  # noqa: F401
from dbt.cli.main import dbtRunner
from dbt.config import project
from dbt.contracts.files import FileHash
from dbt.parser.manifest import ManifestLoader
from dbt_common.clients.jinja import MacroFuzzEnvironment
from dbt_common.events import functions
from dbt_common.tests import enable_test_caching
from dbt_process import SHARED, graph_vars, parsed_file, write_whole

import udfs.plugin  # noqa: F401
from lynceus.inputs.raw_tables import raw_tables
from lynceus.settings import PROJECT

CODE, SETTINGS = {}, {}
compiled, read_settings = MacroFuzzEnvironment.compile, project._load_yaml
state_of = ManifestLoader.build_manifest_state_check


def compiled_once(environment, source):
    """Return the code of a template, which all environments of one kind compile alike, and all
    processes.
    """
    key = f"{type(environment).__name__} {source}"
    if key not in CODE:
        file = SHARED / f"{hashlib.sha256(key.encode()).hexdigest()}.code"
        if not file.exists():
            write_whole(file, marshal.dumps(compiled(environment, source)))
        CODE[key] = marshal.loads(file.read_bytes())
    return CODE[key]


def read_once(path, validate=False):
    """Return the settings in a dbt_project.yml, which dbt reads five times."""
    text = open(path).read()
    if text not in SETTINGS:
        SETTINGS[text] = pickle.dumps(read_settings(path, validate))
    return pickle.loads(SETTINGS[text])


def state_by_graph_vars(loader):
    """Return what a parsed project must share with this one to serve again: of the vars those that
    shape the graph.
    """
    state = state_of(loader)
    variables = sorted(graph_vars(loader.root_project.cli_vars).items())
    state.vars_hash = FileHash.from_contents(repr(variables))
    return state


def parse(folder):
    """Parse the project, or read what was parsed: no database is opened, whose threads no fork
    would have.
    """
    dbtRunner().invoke(
        [
            *("--quiet", "--no-static-parser", "--log-path", folder),
            *("parse", "--target-path", folder, "--project-dir", str(PROJECT)),
            *("--profiles-dir", str(PROJECT / "tests" / "profile")),
        ]
    )


enable_test_caching()
MacroFuzzEnvironment.compile = compiled_once
ManifestLoader.build_manifest_state_check = state_by_graph_vars
project._load_yaml = read_once
functions.env_secrets = cache(functions.env_secrets)  # looked up for every line dbt tells
raw_tables()
gc.disable()
with tempfile.TemporaryDirectory() as work:
    parse(work)
    parse(work)
    write_whole(parsed_file(PROJECT, {}), (Path(work) / "partial_parse.msgpack").read_bytes())
gc.collect()
gc.freeze()  # the processes need not look through all this for garbage
gc.enable()
