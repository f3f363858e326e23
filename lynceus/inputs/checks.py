"""Raw tables as views of the database, after every one of them was found sound.

A build starts from views `raw.<table>` with exactly the columns and types of the contract. Before
they are made, all tables are checked; what is wrong is told in one message, and nothing is changed.
"""

from pathlib import Path

import duckdb

from lynceus.inputs.raw_tables import raw_tables

FIRST_IDS = 3  # how many offending rows a message names
INTEGER_TYPES = {
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
    "HUGEINT",
}
FLOAT_TYPES = {"FLOAT", "DOUBLE"}
EMPTY = "(select 1) where false"


class RawTableError(Exception):
    """Something in the raw tables that no build should start from."""


def open_raw_tables(connection, folder, sentinels=()):
    """Create one view per raw table in schema `raw`, or say all that is wrong with the tables.

    Parameters
    ----------
    connection : duckdb connection
    folder : path
        Folder of Parquet files, `<table>.parquet` or `<table>/*.parquet`.
    sentinels : sequence of float
        Numbers that stand for a missing value; they are no position error.

    Raises
    ------
    RawTableError
        If a table or column is missing, a file cannot be read, or values are impossible: text in a
        number, a key given twice, a coordinate off the sky, a position error that is not positive.
    """
    folder = Path(folder)
    if not any(table.files(folder) for table in raw_tables().values()):
        raise RawTableError(
            f"There are no raw tables in {folder}.\n"
            "Run `make sky` for the simulated sky, or set LYNCEUS_DATA to a folder of your own Parquet tables."
        )
    problems, views = [], []
    for table in raw_tables().values():
        found = _problems_of(connection, table, table.files(folder), sentinels, views)
        problems += [f"  {table.name}{problem}" for problem in found]
    if problems:
        count = "One problem" if len(problems) == 1 else f"{len(problems)} problems"
        raise RawTableError(f"{count} in the raw tables of {folder}:\n" + "\n".join(problems))
    _create_views(connection, views)


def open_empty_raw_tables(connection):
    """Create the view of every raw table without rows, for matches of tables that are none of them."""
    _create_views(
        connection, [(table.name, _select(table, {}, EMPTY)) for table in raw_tables().values()]
    )


def _create_views(connection, views):
    connection.execute("create schema if not exists raw")
    for name, query in views:
        connection.execute(f"create or replace view raw.{name} as {query}")


def _problems_of(connection, table, files, sentinels, views):
    """Return what is wrong with one table; append its view's query to `views`."""
    if not files:
        if table.required:
            return [": the table is missing"]
        views.append((table.name, _select(table, {}, EMPTY)))
        return []
    scan = "read_parquet([{}], union_by_name = true)".format(
        ", ".join(_quoted(file) for file in files)
    )
    try:
        described = connection.execute(f"describe select * from {scan}").fetchall()
        types = {row[0]: row[1] for row in described}
        structure = list(_structure_problems(table, types))
        if structure:
            return structure
        views.append((table.name, _select(table, types, scan)))
        return list(_value_problems(connection, table, types, scan, sentinels))
    except duckdb.Error as error:
        return [f": cannot be read as Parquet (truncated?): {str(error).splitlines()[0]}"]


def _structure_problems(table, types):
    for column in table.columns:
        found = types.get(column.name)
        if found is None:
            if column.required:
                yield f".{column.name}: the column is missing"
        elif column.key and column.data_type == "bigint" and found in FLOAT_TYPES:
            yield f".{column.name}: is {found}, but ids need BIGINT (floating point loses their last digits)"
        elif not _convertible(found, column.data_type):
            yield f".{column.name}: is {found}, but {column.data_type.upper()} is needed"


def _convertible(found, wanted):
    if found in INTEGER_TYPES or found in FLOAT_TYPES or found.startswith("DECIMAL"):
        return True
    if found == "BOOLEAN":
        return wanted in ("boolean", "varchar")
    if found.startswith(("TIMESTAMP", "DATE")):
        return wanted == "varchar"
    return found == "VARCHAR"


def _select(table, types, scan):
    """Return the query of a table's view: the contract's columns in its order and types."""
    columns = ",\n    ".join(
        f'{_value(column, types)} as "{column.name}"' for column in table.columns
    )
    return f"select\n    {columns}\nfrom {scan}"


def _value(column, types):
    found = types.get(column.name)
    if found is None:
        return f"null::{column.data_type}"
    if column.data_type == "varchar" and found.startswith("TIMESTAMP"):
        return f"strftime(\"{column.name}\", '%Y-%m-%dT%H:%M:%S')"
    return f'try_cast("{column.name}" as {column.data_type})'


def _value_problems(connection, table, types, scan, sentinels):
    """Yield the problems of the rows: each with how many there are and the first keys."""
    claims = list(_claims(table, types, sentinels))
    counts = connection.execute(
        "select count(*)"
        + "".join(f", count(*) filter ({condition})" for _, _, condition in claims)
        + f" from {scan}"
    ).fetchall()[0]
    if counts[0] == 0 and table.required:
        yield ": the table is empty"
    keys = ", ' ', ".join(f'"{name}"' for name in table.key if name in types)
    for (name, text, condition), rows in zip(claims, counts[1:]):
        if rows:
            # as an aggregate: a WHERE lets DuckDB 2.0 skip row groups by their statistics, which
            # know nothing of NaN
            first = connection.execute(
                f"select min(concat({keys}), {FIRST_IDS}) filter ({condition}) from {scan}"
            ).fetchall()[0][0]
            yield f".{name}: {_rows(rows)} {text} ({_listed(first, rows)})"
    yield from _duplicates(connection, table, types, scan)


def _claims(table, types, sentinels):
    """Yield (column, what is wrong, SQL condition that finds it) for every claim of the contract."""
    for column in table.columns:
        if column.name not in types:
            continue
        raw, value = f'"{column.name}"', f'try_cast("{column.name}" as {column.data_type})'
        if types[column.name] == "VARCHAR" and column.data_type != "varchar":
            yield (
                column.name,
                f"with text where a {column.data_type} belongs",
                f"{raw} is not null and {value} is null",
            )
        elif column.data_type in ("integer", "bigint") and types[column.name] in FLOAT_TYPES:
            yield (
                column.name,
                "with a fraction in an integer",
                f"isfinite({raw}) and {raw} <> trunc({raw})",
            )
        if column.key:
            yield column.name, "without a value", f"{raw} is null"
        if column.minimum is not None or column.maximum is not None:
            low, high = column.minimum, column.maximum
            inside = " and ".join(
                f"{value} {sign} {limit}"
                for sign, limit in ((">=", low), ("<=", high))
                if limit is not None
            )
            limits = (
                f"below {low}"
                if high is None
                else f"above {high}"
                if low is None
                else f"outside {low} to {high}"
            )
            text = f"{limits} {column.unit or ''}".rstrip()
            missing = f"{value} is null or isnan({value})"
            if column.required:
                yield column.name, "without a value", missing
            yield (
                column.name,
                text,
                f"not ({missing}) and not ({inside}){_not_sentinel(value, sentinels, column)}",
            )
        if column.positive:
            yield (
                column.name,
                "with an error that is not positive",
                f"{value} <= 0 and not isnan({value}){_not_sentinel(value, sentinels, column, always=True)}",
            )


def _not_sentinel(value, sentinels, column, always=False):
    """Coordinates have no sentinels: a declination of -99 is a mistake."""
    if not sentinels or (column.required and not always):
        return ""
    return f" and {value} not in ({', '.join(map(str, sentinels))})"


def _duplicates(connection, table, types, scan):
    keys = [f'"{name}"' for name in table.key if name in types]
    label = ", ' ', ".join(keys)
    repeated = f"select concat({label}) as id, count(*) as n from {scan} group by {', '.join(keys)} having count(*) > 1"
    ids, rows = connection.execute(
        f"select count(*), coalesce(sum(n), 0) from ({repeated})"
    ).fetchall()[0]
    if ids:
        first = connection.execute(f"select min(id, {FIRST_IDS}) from ({repeated})").fetchall()[0][
            0
        ]
        yield f".{', '.join(table.key)}: {_rows(int(rows))} share {ids} id{'s' if ids > 1 else ''} ({_listed(first, ids)})"


def _rows(count):
    return "1 row" if count == 1 else f"{count:,} rows"


def _listed(first, total):
    return ", ".join(first) + (", ..." if total > len(first) else "")


def _quoted(path):
    return "'" + str(path).replace("'", "''") + "'"
