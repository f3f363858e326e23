"""What is done once, before dbt's processes are forked: dbt is imported, and reads and parses the
project. Each of them would make anew the schemas of dbt's files, the code that reads and writes
them, and that of every template: half of what a parse takes.
"""

import tempfile

import dbt.adapters.duckdb  # noqa: F401
from dbt.cli.main import dbtRunner
from dbt_common.clients.jinja import MacroFuzzEnvironment
from dbt_common.tests import enable_test_caching

import udfs.plugin  # noqa: F401
from lynceus.inputs.raw_tables import raw_tables
from lynceus.settings import PROJECT

CODE = {}
compiled = MacroFuzzEnvironment.compile


def compiled_once(environment, source):
    """Return the code of a template, which all environments of one kind compile alike."""
    key = type(environment), source
    if key not in CODE:
        CODE[key] = compiled(environment, source)
    return CODE[key]


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
raw_tables()
with tempfile.TemporaryDirectory() as work:
    parse(work)
    parse(work)
