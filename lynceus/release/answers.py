"""The answer of a query as a file, with unit, UCD and meaning of each column that the release
knows.
"""

import os
import tempfile
from pathlib import Path

from lynceus.release.tables import (
    SYNONYMS,
    TYPES,
    Column,
    ReleasedTable,
    ReleaseError,
    released_tables,
)
from lynceus.settings import target_folder


def write_answer(connection, relation, path):
    """Write a relation as CSV, Parquet, FITS or VOTable, by the ending of the path; return its
    number of rows.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
    relation : duckdb.DuckDBPyRelation
        A query of that connection.
    path : path

    Raises
    ------
    ValueError
        If the ending is another, or a column has a type that the file cannot hold.
    """
    from lynceus.release.fits import write_fits
    from lynceus.release.origin import Origin, sky_is_simulated
    from lynceus.release.parquet import write_parquet
    from lynceus.release.votable import write_votable

    path, kind = Path(path), Path(path).suffix
    if kind not in (".csv", ".parquet", ".fits", ".vot"):
        raise ValueError(f"{path}: the ending must be .csv, .parquet, .fits or .vot")
    connection.execute(f"create temp table answer as {relation.sql_query()}")
    (rows,) = connection.execute("select count(*) from temp.answer").fetchall()[0]
    origin = Origin(sky_is_simulated(connection), "query")
    # under its name the file is whole, or not there
    unfinished = path.with_name(f"{path.name}.part")
    try:
        if kind == ".csv":
            connection.table("temp.main.answer").write_csv(str(unfinished))
        else:
            table = described(connection.table("temp.main.answer"), path.stem)
            with tempfile.TemporaryDirectory() as work:
                parquet = unfinished if kind == ".parquet" else Path(work) / "answer.parquet"
                write_parquet(connection, table, parquet, origin)
                if kind == ".fits":
                    write_fits(table, parquet, unfinished, origin)
                elif kind == ".vot":
                    write_votable(table, parquet, unfinished, origin)
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
    return rows


def described(relation, name):
    """Return the columns of a relation as a table: those that the release has under this name and
    type keep its metadata.
    """
    try:
        known = {
            (column.name, column.data_type): column
            for table in released_tables(target_folder() / "manifest.json")
            for column in table.columns
        }
    except ReleaseError:
        known = {}
    columns = []
    for column, kind in zip(relation.columns, map(str, relation.types), strict=True):
        kind = SYNONYMS.get(kind.lower(), kind.lower())
        if kind not in TYPES:
            raise ValueError(
                f"column {column} is of type {kind}; cast it to one of {', '.join(TYPES)}"
            )
        columns.append(
            known.get((column, kind))
            or Column(column, kind, None, "stat.value", f"Column {column} of the query.")
        )
    return ReleasedTable("temp", "answer", f"Answer of a query: {name}.", tuple(columns))
