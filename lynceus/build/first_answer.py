"""The counterparts, published while the classes are still to come: `<database>_counterparts.parquet`
and `.duckdb` beside the database, which dbt locks until it is done.
"""

import os
from dataclasses import replace
from pathlib import Path

import duckdb

from lynceus.release.origin import Origin, lies_with_simulation
from lynceus.release.parquet import write_parquet
from lynceus.release.tables import released_tables
from lynceus.settings import data_folder

SCHEMA, TABLE = "sources", "counterparts"


def first_answer(database):
    """Return the path of the small database with the counterparts of a database."""
    database = Path(database)
    return database.with_name(f"{database.stem}_counterparts.duckdb")


def withdraw_counterparts(database):
    """Delete what was published of a database: its counterparts are about to change."""
    for path in (first_answer(database), first_answer(database).with_suffix(".parquet")):
        path.unlink(missing_ok=True)


def publish_counterparts(connection, manifest, database):
    """Write table sources.counterparts as Parquet and as a read-only DuckDB file; each appears whole.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        To the database.
    manifest : path
        dbt's manifest.json, which says what the columns of xray_sources mean.
    database : path

    Returns
    -------
    path
        Of the DuckDB file.
    """
    (sources,) = (table for table in released_tables(manifest) if table.name == "xray_sources")
    names = connection.table(f"{SCHEMA}.{TABLE}").columns
    table = replace(
        sources,
        schema=SCHEMA,
        name=TABLE,
        columns=tuple(column for column in sources.columns if column.name in names),
    )
    path = first_answer(database)
    parquet, unfinished = path.with_suffix(".parquet"), path.with_suffix(".part")
    # the truth may not be built yet
    origin = Origin(bool(lies_with_simulation(data_folder())))
    write_parquet(connection, table, unfinished, origin)
    os.replace(unfinished, parquet)
    path.with_suffix(".part.wal").unlink(missing_ok=True)  # of a run that was killed here
    with duckdb.connect(str(unfinished)) as small:
        small.execute(f"create schema {SCHEMA}")
        small.execute(f"create table {SCHEMA}.{TABLE} as from '{parquet}'")
        for column in table.columns:
            meaning = column.description.replace("'", "''")
            small.execute(f"comment on column {SCHEMA}.{TABLE}.{column.name} is '{meaning}'")
    unfinished.chmod(0o444)
    os.replace(unfinished, path)
    return path


def connect(database):
    """Return a read-only connection to a database, or to its counterparts alone while it is being
    built; and whether it is the whole.

    Raises
    ------
    duckdb.IOException
        If it is being built and has no counterparts yet.
    """
    try:
        return duckdb.connect(str(database), read_only=True), True
    except duckdb.IOException as error:
        path = first_answer(database)
        if "lock" not in str(error) or not path.is_file():
            raise
        return duckdb.connect(str(path), read_only=True), False
