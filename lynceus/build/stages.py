"""dbt run in this process, parsed once: the counterparts first, then all the rest; each node only
when its key is not in the database.
"""

import json
import os
import time
from contextlib import closing

import duckdb

from lynceus import settings
from lynceus.build.keys import MADE, Keys, inputs_of, is_python, store, stored
from lynceus.refusals import refusal

# dbt's lines go to the folder of logs; each statement there too would take a tenth of the time
QUIET = ("--log-level", "none", "--log-level-file", "info")
# what is built first is these nodes and all that they read
FIRST = (
    "model.lynceus.counterparts",
    "model.lynceus.match_evaluation",
    "model.lynceus.match_purity",
)


class BuildError(Exception):
    """A build that failed; the message is what to show: first what is wrong."""


class Catalogue:
    """The dbt project, parsed with given vars, and the database that it builds.

    Parameters
    ----------
    variables : dict
        Vars that differ from dbt_project.yml.
    shown : Shown
        Is told what runs and what is done.

    Raises
    ------
    BuildError
        If the project cannot be parsed, or the database is open elsewhere.
    """

    def __init__(self, variables, shown):
        from dbt.cli.main import dbtRunner

        os.environ.update(settings.dbt_environment())
        self.shown, self.variables = shown, json.dumps(variables)
        self.messages, self._began, self._said, self._broken = [], {}, set(), None
        parsed = dbtRunner().invoke(["parse", *QUIET, "--vars", self.variables])
        if not parsed.success:
            raise BuildError(str(parsed.exception))
        self.manifest = parsed.result
        self._dbt = dbtRunner(manifest=self.manifest, callbacks=[self._hear])
        # a test that reads nothing is of a model that this match has not
        self.nodes = {
            name: node
            for name, node in self.manifest.nodes.items()
            if node.resource_type in MADE and (node.resource_type != "test" or inputs_of(node))
        }
        self.known, functions = _stored()
        self.keys = Keys(self.manifest, functions)
        self.stale = self._stale()

    def news(self):
        """Return a line that says what is to be built, and why."""
        models = [
            name for name in self.nodes if self.nodes[name].resource_type in ("model", "seed")
        ]
        stale = [name for name in models if name in self.stale]
        if not self.known:
            return f"{len(models)} tables to build"
        if not self.stale:
            return "Nothing has changed since the last build"
        if not stale:
            return f"No table has changed; {len(self.stale)} data tests to run"
        changed = [
            self.nodes[name].name
            for name in stale
            if not any(one in self.stale for one in inputs_of(self.nodes[name]))
        ]
        because = (
            f", from {', '.join(changed[:5])}{' ...' * (len(changed) > 5)} on" if changed else ""
        )
        return f"{len(stale)} of {len(models)} tables have changed or are missing{because}"

    def first(self):
        """Return the nodes of the counterparts: their models, and the tests that these suffice for."""
        return self._with_tests(self._upstream(FIRST))

    def build(self, stage, names):
        """Build those of some nodes that are stale.

        Raises
        ------
        BuildError
            If one fails; those that were built keep their keys.
        """
        names = [name for name in names if name in self.stale]
        if not names:
            return
        self.messages.clear()
        # one tag is looked for once, of five hundred names each in the whole graph
        for name in names:
            self.nodes[name].tags = [*self.nodes[name].tags, stage]
        self.shown.begin(stage, {name: self._expected(name) for name in names})
        done = self._dbt.invoke(
            [
                "build",
                *QUIET,
                "--indirect-selection=empty",
                "--exclude-resource-type=unit_test",
                "--vars",
                self.variables,
                "--select",
                f"tag:{stage}",
            ]
        )
        self.shown.end()
        close()
        if self._broken:
            raise self._broken
        if not done.success:
            raise BuildError(self._failures(done))

    def _upstream(self, names):
        found, waiting = set(), list(names)
        while waiting:
            name = waiting.pop()
            if name in self.nodes and name not in found:
                found.add(name)
                waiting.extend(inputs_of(self.nodes[name]))
        return found

    def _with_tests(self, names):
        tests = {
            name
            for name, node in self.nodes.items()
            if node.resource_type == "test"
            and all(one in names for one in inputs_of(node) if one in self.nodes)
        }
        return names | tests

    def _stale(self):
        """Return the nodes whose keys the database does not have."""
        from dbt.cli.main import dbtRunner

        if not self.known:
            return set(self.nodes)
        # a node that does not compile has no key; to build it will say why
        done = dbtRunner(manifest=self.manifest).invoke(
            [
                "compile",
                *QUIET,
                "--vars",
                self.variables,
                "--exclude",
                "resource_type:unit_test",
                "resource_type:analysis",
            ]
        )
        if done.exception is not None:
            raise BuildError(str(done.exception))
        close()
        return {
            name
            for name in self.nodes
            if self.known.get(name, (None,))[0] != self.keys.of(name) or self.keys.of(name) is None
        }

    def _expected(self, name):
        """Return how many seconds a node may take: as many as last time, else those of its kind."""
        if name in self.known:
            return self.known[name][1]
        node = self.nodes[name]
        if node.resource_type == "test":
            return 0.05
        return 4.0 if is_python(node) else 0.3

    def _hear(self, event):
        """Follow dbt; an exception would leave it waiting for the node for ever, so it waits here."""
        try:
            self._follow(event)
        except Exception as error:
            self._broken = error

    def _follow(self, event):
        """Note what dbt starts, what it has done, what it has to say."""
        kind = event.info.name
        if kind == "NodeStart":
            name = event.data.node_info.unique_id
            self._began[name] = time.monotonic()
            self.shown.start(name)
        elif kind == "NodeFinished" and event.data.node_info.unique_id in self._began:
            name = event.data.node_info.unique_id
            if event.data.node_info.node_status in ("success", "pass") and name in self.nodes:
                self._made(name, time.monotonic() - self._began[name])
            self.shown.finish(name)
        elif kind == "JinjaLogInfo":
            self.messages.append(event.info.msg)
        elif kind == "AdapterEventInfo" and event.data.name == "Lynceus":
            self._say_once(event.data.base_msg)

    def _say_once(self, line):
        """Print what every opening of the database notices in the raw tables."""
        if line not in self._said:
            self._said.add(line)
            self.shown.say(line)

    def _made(self, name, seconds):
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager

        self.keys.forget(name)
        key = self.keys.of(name)
        if key is not None:
            with closing(DuckDBConnectionManager.env().conn.cursor()) as connection:
                store(connection, self.nodes[name], key, seconds)

    def _failures(self, done):
        if done.exception is not None:
            return str(done.exception)
        failed = [
            f"{result.node.name}: {result.message}"
            for result in done.result.results
            if result.status in ("error", "fail", "runtime error")
        ]
        return "\n".join([*failed, *self.messages])


def close():
    """Close dbt's database, so that others can open it."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    if DuckDBConnectionManager._ENV is not None:
        DuckDBConnectionManager._ENV.close()
        DuckDBConnectionManager._ENV = None


def _stored():
    """Return the keys in the database, and the names of the functions in SQL that are Python."""
    from udfs import register

    path = settings.database_path()
    with duckdb.connect() as connection:
        register(connection)
        functions = connection.execute(
            "select distinct function_name from duckdb_functions() where not internal"
        ).fetchall()
    known = {}
    if path.is_file():
        try:
            with duckdb.connect(str(path), read_only=True) as connection:
                known = stored(connection)
        except duckdb.IOException as error:
            raise BuildError(refusal(error)) from None
    return known, [name for (name,) in functions]
