"""Raw tables as views of the database, after every one of them was found sound.

A build starts from views `raw.<table>` with exactly the columns and types of the contract. Before
they are made, all tables are checked; what is wrong is told in one message, and nothing is changed.
What can be right but may surprise is told too: values that count as missing, rows of one table that
belong to no row of another, files that nothing reads.
"""

import math
from difflib import get_close_matches
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from lynceus.inputs.parquet_columns import (
    FLOATS,
    LARGEST,
    TEXTS,
    iso_text,
    quoted_name,
    reading,
    scan_of,
    what_is_wrong,
)
from lynceus.inputs.positions import may_be_hours, problem_of_units
from lynceus.inputs.raw_tables import raw_tables

FIRST_IDS = 3  # how many offending rows a message names
EMPTY = "(select 1) where false"
# mag; of what was not measured
FAINT_FILLERS = (99.0, 99.9, 99.99, 99.999, 999.0, 999.9, 999.99, 9999.0)
OTHER_FORMATS = (
    ".fits",
    ".fit",
    ".csv",
    ".tsv",
    ".vot",
    ".xml",
    ".ecsv",
    ".h5",
    ".gz",
    ".zip",
    ".feather",
    ".parq",
)


_sound = {}  # of the files that were last found sound: their state, views and notes


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

    Returns
    -------
    list of str
        What was noticed, a line each.

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
            + "".join(f"\n  {note}" for note in _unread_files(folder))
        )
    tables = raw_tables().values()
    unread = list(_unread_files(folder))
    # a build opens the same files several times
    files = {table.name: tuple(map(str, table.files(folder))) for table in tables}
    stats = [Path(path).stat() for paths in files.values() for path in paths]
    state = (files, [(one.st_size, one.st_mtime_ns) for one in stats])
    if _sound.get("state") != (state, sentinels):
        opened = {
            table.name: _Opened(connection, table, table.files(folder), sentinels)
            for table in tables
        }
        problems = [f"{name}{problem}" for name, one in opened.items() for problem in one.problems]
        lost = {} if problems else dict(_rows_of_no_other(connection, opened))
        problems += [] if problems else _cross_problems(connection, opened, lost)
        if problems:
            count = "One problem" if len(problems) == 1 else f"{len(problems)} problems"
            raise RawTableError(
                f"{count} in the raw tables of {folder}:"
                + "".join(f"\n  {line}" for line in [*problems, *unread])
            )
        _sound["views"] = [(name, one.query) for name, one in opened.items()]
        _sound["notes"] = list(_notes(connection, opened, lost))
        _sound["state"] = (state, sentinels)
    _create_views(connection, _sound["views"])
    return [*_sound["notes"], *unread]


def open_empty_raw_tables(connection):
    """Create the view of every raw table without rows, for matches of tables that are none of them."""
    _create_views(
        connection, [(table.name, _select(table, {}, EMPTY)) for table in raw_tables().values()]
    )


def _create_views(connection, views):
    connection.execute("create schema if not exists raw")
    for name, query in views:
        connection.execute(f"create or replace view raw.{name} as {query}")


class _Opened:
    """One table of the contract over its files: the query of its view, what is wrong with it, and
    which of its numbers count as missing.
    """

    def __init__(self, connection, table, files, sentinels):
        self.connection, self.table, self.files, self.sentinels = (
            connection,
            table,
            files,
            sentinels,
        )
        self.problems, self.missing, self.values = [], [], {}
        self.query = _select(table, {}, EMPTY)
        if not files:
            if table.required:
                self.problems.append(": the table is missing")
            return
        unreadable = [f": {file.name} {why}" for file in files if (why := what_is_wrong(file))]
        if unreadable:
            self.problems += unreadable
            return
        self.scan = scan_of(files)
        try:
            self._open()
        except (duckdb.Error, ValueError, OSError) as error:
            self.problems.append(
                f": cannot be read as Parquet (damaged?): {str(error).splitlines()[0]}; fetch or write it again"
            )

    def only(self, *names):
        """Return a query of some of the columns: fast to plan where there are many."""
        columns = ", ".join(f"{self.values[name]} as {quoted_name(name)}" for name in names)
        return f"(select {columns} from {self.scan})"

    def _open(self):
        self.stored = {
            row[0]: row[1]
            for row in self.connection.execute(f"describe select * from {self.scan}").fetchall()
        }
        self._match_columns()
        if self.problems:
            return
        self._replace_fillers()
        self.query = _select(self.table, self.values, self.scan)
        self.problems += _value_problems(self)

    def _match_columns(self):
        """Find each column of the contract, whatever the case and padding of its name, and how it is
        read.
        """
        known = {name.strip().lower(): name for name in reversed(self.stored)}
        self.names, self.readings = {}, {}
        for column in self.table.columns:
            name = column.name if column.name in self.stored else known.get(column.name.lower())
            if name is None:
                if column.required:
                    remedy = f"; rename what it is called, of {', '.join(self.stored)}"
                    self.problems.append(f".{column.name}: the column is missing{remedy}")
                continue
            stored = self.stored[name]
            if column.key and stored in FLOATS:
                self.problems.append(
                    f".{column.name}: is {stored}, but ids need {column.data_type.upper()} (floating point loses their last digits)"
                )
                continue
            wanted = "timestamp" if column.is_time else column.data_type
            found = reading(name, stored, wanted)
            if found is None:
                needed = (
                    "text of ISO 8601 in UTC, or a timestamp,"
                    if column.is_time
                    else column.data_type.upper()
                )
                self.problems.append(f".{column.name}: is {stored}, but {needed} is needed")
                continue
            self.names[column.name], self.readings[column.name] = name, found
            value = found.value
            self.values[column.name] = iso_text(value) if column.is_time else value

    def _replace_fillers(self):
        """Let numbers that no quantity can have be NULL, and count these and the sentinels; only in
        columns of which the files' statistics do not exclude them.
        """
        extremes = statistics_extremes(self.files)
        counts = []
        for column in self.table.columns:
            if column.data_type != "double" or column.name not in self.values or column.required:
                continue
            name, value = self.names[column.name], self.values[column.name]
            low, high = (
                extremes.get(name, (-math.inf, math.inf))
                if self.stored[name] not in TEXTS
                else (-math.inf, math.inf)
            )
            beyond = f"abs({value}) >= {LARGEST}"
            if column.unit == "mag":
                beyond += f" or round({value}, 3) in {FAINT_FILLERS}"  # of single precision, too
            limit = min(FAINT_FILLERS) if column.unit == "mag" else float(LARGEST)
            if high >= limit or low <= -float(LARGEST):
                counts.append((column.name, f"isfinite({value}) and ({beyond})"))
                self.values[column.name] = (
                    f"case when not (isfinite({value}) and ({beyond})) then {value} end"
                )
            if self.sentinels and low <= max(self.sentinels):
                known = ", ".join(map(str, self.sentinels))
                counts.append((column.name, f"{value} in ({known})"))
        if not counts:
            return
        found = self.connection.execute(
            f"select {', '.join(f'count(*) filter ({condition})' for _, condition in counts)} from {self.scan}"
        ).fetchall()[0]
        total = {}
        for (name, condition), number in zip(counts, found):
            if number:
                value = self.readings[name].value
                example = self.connection.execute(
                    f"select mode({value}) filter ({condition}) from {self.scan}"
                ).fetchall()[0][0]
                total.setdefault(name, []).append(f"{_rows(number)} of {example:g}")
        self.missing = [
            f"{self.table.name}.{name} {', '.join(parts)}" for name, parts in total.items()
        ]


def statistics_extremes(files):
    """Return the least and largest number of each column, as far as the files' statistics know;
    infinite where they do not.
    """
    found = {}
    for file in files:
        metadata = pq.read_metadata(file)
        for group in range(metadata.num_row_groups):
            for place in range(metadata.num_columns):
                part = metadata.row_group(group).column(place)
                known = part.statistics
                if known is not None and known.has_min_max:
                    low, high = known.min, known.max
                elif known is not None and known.null_count == part.num_values:
                    low, high = math.inf, -math.inf
                else:
                    low, high = -math.inf, math.inf
                if isinstance(low, (int, float)) and isinstance(high, (int, float)):
                    before = found.get(part.path_in_schema, (low, high))
                    found[part.path_in_schema] = (min(before[0], low), max(before[1], high))
    return found


def _select(table, values, scan):
    """Return the query of a table's view: the contract's columns in its order and types."""
    columns = ",\n    ".join(
        f'{values.get(column.name, "null")}::{column.data_type} as "{column.name}"'
        for column in table.columns
    )
    return f"select\n    {columns}\nfrom {scan}"


def _value_problems(opened):
    """Yield the problems of the rows: each with how many there are and the first keys."""
    claims = list(_claims(opened))
    counts = opened.connection.execute(
        "select count(*)"
        + "".join(f", count(*) filter ({condition})" for _, _, condition in claims)
        + f" from {opened.scan}"
    ).fetchall()[0]
    if counts[0] == 0 and opened.table.required:
        yield ": the table is empty"
    keys = ", ' ', ".join(
        f"coalesce({opened.values[name]}::varchar, {quoted_name(opened.names[name])}::varchar)"
        for name in opened.table.key
        if name in opened.values
    )
    for (name, text, condition), rows in zip(claims, counts[1:]):
        if rows:
            # as an aggregate: a WHERE lets DuckDB 2.0 skip row groups by their statistics, which
            # know nothing of NaN
            first = opened.connection.execute(
                f"select min(concat({keys}), {FIRST_IDS}) filter ({condition}) from {opened.scan}"
            ).fetchall()[0][0]
            yield f".{name}: {_rows(rows)} {text}{listed(first, rows)}"
    yield from _duplicates(opened)


def _keys(opened, separator):
    return separator.join(opened.values[name] for name in opened.table.key if name in opened.values)


def _claims(opened):
    """Yield (column, what is wrong, SQL condition that finds it) for every claim of the contract."""
    for column in opened.table.columns:
        if column.name not in opened.values:
            continue
        raw, value = quoted_name(opened.names[column.name]), opened.values[column.name]
        for text, condition in opened.readings[column.name].wrong:
            yield column.name, text, condition
        if column.is_time:
            year = f"year({opened.readings[column.name].value})"
            yield column.name, "of a year outside 1800 to 2200", f"{year} not between 1800 and 2200"
        if column.key:
            empty = (
                f"{value} is null"
                if opened.stored[opened.names[column.name]] in TEXTS
                else f"{raw} is null"
            )
            yield column.name, "without a value", empty
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
                f"not ({missing}) and not ({inside}){_not_sentinel(value, opened.sentinels, column)}",
            )
        if column.positive:
            yield (
                column.name,
                "with an error that is not positive",
                f"{value} <= 0 and not isnan({value}){_not_sentinel(value, opened.sentinels, column, always=True)}",
            )


def _not_sentinel(value, sentinels, column, always=False):
    """Coordinates have no sentinels: a declination of -99 is a mistake."""
    if not sentinels or (column.required and not always):
        return ""
    return f" and {value} not in ({', '.join(map(str, sentinels))})"


def _duplicates(opened):
    table = opened.table
    label = _keys(opened, ", ' ', ")
    repeated = (
        f"select concat({label}) as _id, count(*) as _n from {opened.scan}"
        f" group by {_keys(opened, ', ')} having count(*) > 1"
    )
    ids, rows = opened.connection.execute(
        f"select count(*), coalesce(sum(_n), 0) from ({repeated})"
    ).fetchall()[0]
    if ids:
        first = opened.connection.execute(
            f"select min(_id, {FIRST_IDS}) from ({repeated})"
        ).fetchall()[0][0]
        yield f".{', '.join(table.key)}: {_rows(int(rows))} share {ids} id{'s' if ids > 1 else ''}{listed(first, ids)}"


def _rows_of_no_other(connection, opened):
    """Yield ((table, column), (rows that belong to no row of the table that they should, rows, the
    first of them)), where both tables are there.
    """
    for name, one in opened.items():
        for column in one.table.columns:
            whole = column.belongs_to
            if whole and one.files and opened[whole].files:
                key = quoted_name(column.name)
                lost = f"{key} not in (select {key} from {opened[whole].only(column.name)} where {key} is not null)"
                yield (
                    (name, column),
                    connection.execute(
                        f"select count(*) filter ({lost}), count(*), min({key}::varchar, {FIRST_IDS}) filter ({lost})"
                        f" from {one.only(column.name)}"
                    ).fetchall()[0],
                )


def _cross_problems(connection, opened, lost):
    """Yield what is wrong with two tables together: positions in different units, names that differ
    by their case alone.
    """
    for one, other in (("csc_master", "gaia_source"), ("gaia_source", "csc_master")):
        found = problem_of_units(
            connection, *(opened[name].only("ra", "dec") for name in (one, other))
        )
        if found:
            rows, unit = found
            yield (
                f"{one}.ra: {_rows(rows)}, none of them near a row of {other}, nearly all if they were in {unit};"
                " positions are degrees, convert them"
            )
            break
    for (name, column), (strangers, rows, first) in lost.items():
        if strangers == rows > 0 and column.data_type == "varchar":
            key, whole = f"lower({quoted_name(column.name)})", column.belongs_to
            (found,) = connection.execute(
                f"select count(*) from {opened[name].only(column.name)}"
                f" where {key} in (select {key} from {opened[whole].only(column.name)})"
            ).fetchall()[0]
            if found:
                yield (
                    f"{name}.{column.name}: {_rows(found)} belong to {whole} but for capital letters"
                    f"{listed(first, rows)}; write both alike"
                )


def _notes(connection, opened, lost):
    """Yield what may surprise in sound tables."""
    missing = [part for one in opened.values() for part in one.missing]
    if missing:
        yield f"Counted as missing: {'; '.join(missing)}"
    for (name, column), (strangers, rows, first) in lost.items():
        if strangers:
            yield (
                f"{name}.{column.name}: {strangers:,} of {_rows(rows)} belong to no row of {column.belongs_to}"
                f"{listed(first, strangers)}"
            )
    for name, one in opened.items():
        if (
            one.files
            and {"ra", "dec"} <= one.values.keys()
            and may_be_hours(connection, one.only("ra", "dec"))
        ):
            yield f"{name}.ra: ends at 24 or below, as hours do, where dec goes far; positions are read as degrees"


def _unread_files(folder):
    """Yield the files and folders that nothing reads although they look like a table."""
    if not folder.is_dir():
        return
    absent = [table.name for table in raw_tables().values() if not table.files(folder)]
    for path in sorted(folder.iterdir()):
        name = path.name.lower()
        stem = name.split(".")[0]
        if path.name.startswith(".") or "coverage" in name or path.suffix == ".part":
            continue
        if path.is_dir() and not any(path.rglob("*.parquet")):
            if path.name in absent:
                yield f"{path.name}: the folder has no Parquet file, so the table counts as absent"
            continue
        if path.is_dir() or path.suffix == ".parquet":
            if path.stem not in raw_tables():
                like = get_close_matches(stem.replace("-", "_"), absent, 1, 0.85)
                if like:
                    yield f"{path.name}: no table has this name, so nothing reads it; is it {like[0]}?"
        elif stem in absent and name.endswith(OTHER_FORMATS):
            yield f"{path.name}: is not Parquet, so nothing reads it; write it as {stem}.parquet"


def _rows(count):
    return "1 row" if count == 1 else f"{count:,} rows"


def listed(first, total):
    """Return the first ids of several in parentheses, and whether there are more; nothing where rows
    have none.
    """
    known = [one for one in first or () if one.strip()]
    return f" ({', '.join(known)}{', ...' * (total > len(known))})" if known else ""
