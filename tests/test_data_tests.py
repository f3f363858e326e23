"""Data tests that can fail: each released table of a built catalogue is broken in turn, and the
tests that read it must notice.
"""

import json
import re

import duckdb
import pytest

RELEASED = ("release", "formats")
# columns that are probabilities or shares
PROBABILITY = re.compile(
    r"^p_|_prob$|^probability|^p$|accuracy|precision|recall|purity|completeness|share|coverage|^f1|macro_f1"
)
CLASSES = ("class", "predicted_class", "true_class")
NEVER_NULL = re.compile(r"p_any|p_i$|class_prob$")


class Overlay:
    """A database in memory whose views show the tables of a built one, each of which can be
    replaced by a query.
    """

    def __init__(self, path):
        self.connection = duckdb.connect()
        self.connection.execute(f"attach '{path}' as built (read_only)")
        self.connection.execute("attach ':memory:' as lynceus")
        self.tables = self.connection.execute(
            "select table_schema, table_name from information_schema.tables where table_catalog = 'built'"
        ).fetchall()
        for schema in {schema for schema, _ in self.tables}:
            self.connection.execute(f'create schema if not exists lynceus."{schema}"')
        for table in self.tables:
            self.show(*table)

    def show(self, schema, table, query=None):
        """Let the view of a table show a query, or the table itself."""
        query = query or f'select * from built."{schema}"."{table}"'
        self.connection.execute(f'create or replace view lynceus."{schema}"."{table}" as {query}')

    def fails(self, test):
        """Return whether a data test finds a row; one that stops with an error finds none."""
        try:
            return bool(self.connection.execute(f"select 1 from ({test}) limit 1").fetchall())
        except duckdb.Error:
            return False

    def columns(self, schema, table):
        """Return name and type of the columns that are not all NULL."""
        columns = self.connection.execute(
            "select column_name, data_type from duckdb_columns() where database_name = 'built' and schema_name = ? and table_name = ?",
            [schema, table],
        ).fetchall()
        counts = self.connection.execute(
            f'select {", ".join(f"""count("{name}")""" for name, _ in columns)} from built."{schema}"."{table}"'
        ).fetchall()[0]
        return [column for column, count in zip(columns, counts) if count]


def corruptions(table, columns):
    """Yield what is done to a table, and the query that does it."""
    yield "emptied", f"select * from {table} limit 0"
    yield (
        "halved",
        f"select * exclude (row_in_order) from (select *, row_number() over () as row_in_order from {table}) where row_in_order % 2 = 0",
    )
    yield "doubled", f"select * from {table} union all select * from {table}"
    for column, kind in columns:
        if kind == "DOUBLE" and PROBABILITY.search(column):
            yield f"{column} = 3", f'select * replace (3.0::double as "{column}") from {table}'
            if NEVER_NULL.match(column):
                yield (
                    f"{column} NULL",
                    f'select * replace (null::double as "{column}") from {table}',
                )
        elif kind == "BIGINT" and column.endswith("source_id"):
            yield (
                f"{column} = 1",
                f'select * replace (case when "{column}" is not null then 1::bigint end as "{column}") from {table}',
            )
        elif kind == "DOUBLE" and column.startswith("separation"):
            yield f"{column} x 60", f'select * replace ("{column}" * 60 as "{column}") from {table}'
        elif kind == "VARCHAR" and column in CLASSES:
            yield (
                f"{column} constant",
                f"""select * replace (case when "{column}" is not null then 'CV' end as "{column}") from {table}""",
            )


def compiled_tests(nodes, folder):
    """Return the queries of the data tests, by the models that they read."""
    tests = {}
    for node in nodes.values():
        if node["resource_type"] == "test":
            path = folder / node["original_file_path"]
            path = path if path.is_file() else path / node["path"]
            for model in node["depends_on"]["nodes"]:
                tests.setdefault(model, []).append(path.read_text())
    return tests


@pytest.fixture(scope="module")
def slips(undisturbed):
    """What was done to the released tables that are not empty, and which of it no data test
    noticed.
    """
    target = undisturbed.target
    nodes = json.loads((target / "manifest.json").read_text())["nodes"]
    tests = compiled_tests(nodes, target / "compiled" / "lynceus")
    overlay = Overlay(undisturbed.database)
    done, unnoticed = [], []
    for name, node in sorted(nodes.items()):
        if node["resource_type"] != "model" or node["schema"] not in RELEASED:
            continue
        schema, model = node["schema"], node["name"]
        table, columns = f'built.{schema}."{model}"', overlay.columns(schema, model)
        # an empty table is not corrupted
        for label, query in corruptions(table, columns) if columns else ():
            overlay.show(schema, model, query)
            done.append(f"{model}: {label}")
            if not any(overlay.fails(test) for test in tests.get(name, [])):
                unnoticed.append(done[-1])
        overlay.show(schema, model)
    return done, unnoticed


def test_nine_of_ten_corruptions_are_noticed(slips):
    done, unnoticed = slips
    assert len(done) > 200
    assert len(unnoticed) <= 0.1 * len(done), (
        f"{len(unnoticed)} of {len(done)} unnoticed: " + ", ".join(unnoticed)
    )


def test_an_emptied_or_doubled_table_is_noticed_always(slips):
    assert [slip for slip in slips[1] if slip.endswith((": emptied", ": doubled"))] == []
