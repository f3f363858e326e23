"""Parquet files of somebody's own as catalogues of a match: how their columns are read, and which
files, columns and rows do not serve.

The settings are those of var match after macros/match/match_settings.sql; keys and meaning are in
docs/matching.md.
"""

import math
import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

import duckdb

from lynceus.inputs.checks import FAINT_FILLERS, FIRST_IDS, listed, statistics_extremes
from lynceus.inputs.parquet_columns import (
    FLOATS,
    INTEGERS,
    LARGEST,
    TEXTS,
    Reading,
    quoted_name,
    quoted_text,
    reading,
    what_is_wrong,
)
from lynceus.inputs.positions import is_apart, may_be_hours, problem_of_units

# of magnitudes that were not measured; they count where all other values are far below
FAINTEST_BESIDE_FILLERS = 50
MOTION_SENTINEL = -999  # mas/yr, and below; -99 may be a motion
LARGEST_MOTION = 20_000  # mas/yr
# Julian years of an epoch's value
EPOCHS = {
    "julian year": "{}",
    "MJD": "2000 + ({} - 51544.5) / 365.25",
    "ISO": "2000 + (epoch({}) - 946728000) / (365.25 * 86400)",
}
# ids of these types are released as they are; the other integers as BIGINT
RELEASED = {"SMALLINT", "INTEGER", "BIGINT"}


@dataclass
class MatchFile:
    """One catalogue of a match over its files: an SQL relation with its columns as they are meant, what
    does not serve, and what was noticed.
    """

    relation: str | None = None
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def is_match_file(table):
    """Return whether the table of a catalogue is a file, as macro _is_match_file does; else it is a
    model of this project.
    """
    return "/" in table or "." in table


def open_match_file(connection, catalogue, sentinels=()):
    """Return how the table of a catalogue is read, and all that is wrong with it.

    Parameters
    ----------
    connection : duckdb connection
    catalogue : dict
        Its entry in var match, whose `table` is a Parquet file, a pattern or a folder of such.
    sentinels : sequence of float
        Numbers that stand for a missing value.

    Returns
    -------
    MatchFile
    """
    found, key = MatchFile(), f"{catalogue['name']}.table"
    try:
        files, found.problems = _readable_files(connection, key, str(catalogue["table"]))
        if not found.problems:
            _Reader(connection, catalogue, files, sentinels, found).read()
    except (duckdb.Error, OSError, ValueError) as error:
        found.problems.append(
            f"{key}: {catalogue['table']} cannot be read: {str(error).splitlines()[0]}"
        )
    return found


def problems_of_pair(connection, first, other, one, two):
    """Return what positions of two catalogues say of their units: lists of problems and of notes.

    Parameters
    ----------
    connection : duckdb connection
    first, other : dict
        Entries in var match.
    one, two : str
        Their relations.
    """
    relations = [
        f"(select {quoted_name(entry['ra'])} as ra, {quoted_name(entry['dec'])} as dec from {relation})"
        for entry, relation in ((first, one), (other, two))
    ]
    for (entry, beside), pair in zip(
        ((first, other), (other, first)), (relations, relations[::-1])
    ):
        if unit := problem_of_units(connection, *pair):
            return [
                f"{entry['name']}, {entry['table']}: {entry['ra']}: {unit[0]:,} rows, none of them near a row of"
                f" {beside['name']}, nearly all if they were in {unit[1]}; positions are degrees, convert them"
            ], []
    notes = [
        f"{entry['name']}, {entry['table']}: {entry['ra']} ends at 24 or below, as hours do, where {entry['dec']} goes"
        " far; positions are read as degrees"
        for entry, relation in zip((first, other), relations)
        if may_be_hours(connection, relation)
    ]
    if is_apart(connection, *relations):
        notes.append(f"no source of {first['name']} is near one of {other['name']}")
    return [], notes


def problems_of_table(connection, key, path, columns):
    """Return what is wrong with a table that a match reads beside its catalogues.

    Parameters
    ----------
    connection : duckdb connection
    key : str
        That names the table in var match.
    path : str
        A Parquet file, or a pattern.
    columns : list of (str, str)
        Keys in var match and the columns that they name.
    """
    files, problems = _readable_files(connection, key, path)
    if problems:
        return problems
    try:
        rows = connection.execute("describe select * from read_parquet(?)", [files]).fetchall()
    except duckdb.Error as error:
        return [f"{key}: {path} cannot be read: {str(error).splitlines()[0]}"]
    known = [row[0] for row in rows]
    return [
        f"{where}: {path} has no column {column}; it has {', '.join(known)}"
        for where, column in columns
        if column.lower() not in map(str.lower, known)
    ]


def problems_of_prior(path):
    """Return what is wrong with a file of a prior's bins: lines of lo hi q n; None if nothing is."""
    if not Path(path).exists():
        return "is not there"
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return f"cannot be read: {getattr(error, 'strerror', None) or 'is no text'}"
    bins = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split("#")[0].split()
        if not words:
            continue
        try:
            values = [float(word) for word in words]
        except ValueError:
            values = []
        if len(values) != 4 or not all(map(math.isfinite, values)):
            return f"line {number} is not four numbers, lo hi q n"
        low, high, q, n = values
        if high <= low or q < 0 or n < 0:
            return f"line {number}: lo must be below hi, and neither q nor n below 0"
        bins.append((low, high, q, number))
    bins.sort()
    for (_, end, _, _), (start, _, _, number) in zip(bins, bins[1:]):
        if start != end:
            return f"line {number} begins at {start:g}, where the bin before it ends at {end:g}; bins are contiguous"
    if not any(q for _, _, q, _ in bins):
        return "no bin has a q above 0"
    return None


class _Reader:
    """Reads the columns that a catalogue names: each gets its expression, and the claims that its rows
    must not break.
    """

    def __init__(self, connection, catalogue, files, sentinels, found):
        self.connection, self.catalogue, self.files = connection, catalogue, files
        self.sentinels, self.found, self.claims, self.replaced = sentinels, found, [], {}
        where = f" where {catalogue['where']}" if catalogue.get("where") else ""
        listed_files = f"read_parquet([{', '.join(map(quoted_text, files))}])"
        # the condition is over the file as it is
        self.scan = f"(select * from {listed_files}{where})" if where else listed_files

    def read(self):
        """Fill in the relation, the problems, the notes."""
        self.stored = dict(
            self._rows(f"select column_name, column_type from (describe select * from {self.scan})")
        )
        self.by_case = {name.lower(): name for name in reversed(self.stored)}
        before = len(self.found.problems)
        self._read_columns()
        if len(self.found.problems) > before:
            return
        self._replace_fillers()
        replaced = ", ".join(
            f"{value} as {quoted_name(name)}" for name, value in self.replaced.items()
        )
        self.found.relation = f"(select * replace ({replaced}) from {self.scan})"
        self._check_rows()

    def _rows(self, query):
        return self.connection.execute(query).fetchall()

    def _say(self, key, text):
        self.found.problems.append(f"{self.catalogue['name']}.{key}: {text}")

    def _read_columns(self):
        catalogue, of_error = self.catalogue, self.catalogue["error"]
        self._column("id", catalogue["id"], self._read_id)
        for key in ("ra", "dec"):
            self._column(key, catalogue[key], self._read_position)
        for place, column in enumerate(of_error.get("columns") or ()):
            self._column(
                "error.columns", column, self._read_angle if place == 2 else self._read_error
            )
        if isinstance(catalogue.get("epoch"), str):
            self._column("epoch", catalogue["epoch"], self._read_epoch)
        for key in ("pmra", "pmdec", "pmra_error", "pmdec_error"):
            if catalogue.get(key):
                self._column(key, catalogue[key], self._read_motion)
        for prior in catalogue.get("priors") or ():
            self._column("priors", _bare(prior["column"]), self._read_property)
        for feature in catalogue.get("features") or ():
            reader = self._read_category if feature["kind"] == "category" else self._read_property
            self._column("classifier.features", _bare(feature["name"]), reader)
        # bytes that nobody names are text all the same
        for name, stored in self.stored.items():
            if stored == "BLOB" and name not in self.replaced:
                self.replaced[name] = reading(name, stored, "varchar").value

    def _column(self, key, asked, reader):
        name = asked if asked in self.stored else self.by_case.get(asked.lower())
        if name is None:
            self._say(
                key,
                f"{self.catalogue['table']} has no column {asked}; it has {', '.join(self.stored)}",
            )
        else:
            reader(key, name, self.stored[name])

    def _reading(self, key, name, stored, wanted, needed):
        found = reading(name, stored, wanted)
        if found is None:
            self._say(key, f"{name} of {self.catalogue['table']} is {stored}, but {needed}")
            return Reading("null")
        self.claims += [(name, text, condition) for text, condition in found.wrong]
        return found

    def _read_id(self, key, name, stored):
        raw = quoted_name(name)
        if stored in TEXTS:
            value = self._reading(key, name, stored, "varchar", "").value
        elif stored in RELEASED:
            value = raw
        elif stored in INTEGERS or re.fullmatch(r"DECIMAL\(\d+,0\)", stored):
            # text keeps the digits of what no BIGINT holds
            ((fits,),) = self._rows(
                f"select count(*) filter (try_cast({raw} as bigint) is null and {raw} is not null) = 0 from {self.scan}"
            )
            value = f"{raw}::{'bigint' if fits else 'varchar'}"
        else:
            lost = " (floating point loses their last digits)" if stored in FLOATS else ""
            self._say(
                key,
                f"{name} of {self.catalogue['table']} is {stored}, but ids are integers or text{lost}",
            )
            return
        self.identity = self.replaced[name] = value
        self.claims.append((name, "without a value", f"{value} is null"))

    def _read_position(self, key, name, stored):
        value = self._reading(
            key, name, stored, "double", "positions are numbers, in decimal degrees"
        ).value
        low, high = (0, 360) if key == "ra" else (-90, 90)
        self.replaced[name] = value
        unread = " or ".join(condition for column, _, condition in self.claims if column == name)
        self.claims.append(
            (
                name,
                f"without a value or outside {low} to {high} deg",
                f"not coalesce(isfinite({value}) and {value} between {low} and {high}, false)"
                + (f" and not ({unread})" if unread else ""),
            )
        )

    def _read_error(self, key, name, stored):
        raw = self._reading(key, name, stored, "double", "errors are numbers").value
        value = self.replaced[name] = self._known(raw, self.sentinels)
        # the floor stands in for an error of 0, NULL for what is missing
        least = ">= 0" if self.catalogue["error"].get("floor_arcsec") else "> 0"
        wrong = f"not coalesce({value} {least}, true)"
        self.claims.append((name, "with an error that is not positive", wrong))

    def _read_angle(self, key, name, stored):
        raw = self._reading(key, name, stored, "double", "angles are numbers, in degrees").value
        self.replaced[name] = self._known(raw, self.sentinels)

    def _read_epoch(self, key, name, stored):
        form = self.catalogue.get("epoch_format") or "julian year"
        if form == "ISO":
            found = reading(name, stored, "timestamp")
            needed = "epoch_format ISO reads text or timestamps; julian year and MJD read numbers"
        else:
            found = reading(name, stored, "double")
            needed = f"epoch_format {form} reads numbers; ISO reads text and timestamps"
        if found is None:
            self._say(key, f"{name} of {self.catalogue['table']} is {stored}, but {needed}")
            return
        value = self._known(found.value, self.sentinels) if form != "ISO" else found.value
        # what is not there may be NULL; what is there and cannot be read is told below
        there = " or ".join([f"{value} is not null", *(condition for _, condition in found.wrong)])
        self.replaced[name] = value
        self.claims.append(
            (
                name,
                f"whose epoch, as {form}, is not between 1800 and 2200; epoch_format may be julian year, MJD or ISO",
                f"({there}) and not coalesce({EPOCHS[form].format(value)} between 1800 and 2200, false)",
            )
        )

    def _read_motion(self, key, name, stored):
        raw = self._reading(key, name, stored, "double", "motions are numbers, in mas/yr").value
        value = self._known(raw, [one for one in self.sentinels if one <= MOTION_SENTINEL], 1e10)
        self.replaced[name] = value
        if key in ("pmra", "pmdec"):
            self.claims.append(
                (
                    name,
                    f"with a proper motion above {LARGEST_MOTION:,} mas/yr",
                    f"abs({value}) > {LARGEST_MOTION}",
                )
            )

    def _read_property(self, key, name, stored):
        """A property may be a flag."""
        wanted = "boolean" if stored == "BOOLEAN" else "double"
        found = self._reading(key, name, stored, wanted, "properties are numbers")
        if found.value != "null" and name not in self.replaced and wanted == "double":
            self.replaced[name] = self._known(found.value, self.sentinels)

    def _read_category(self, key, name, stored):
        self.replaced.setdefault(
            name, self._reading(key, name, stored, "varchar", "categories are text").value
        )

    def _known(self, value, sentinels, largest=LARGEST):
        among = f" and {value} not in ({', '.join(map(str, sentinels))})" if sentinels else ""
        return f"case when isfinite({value}) and abs({value}) < {largest}{among} then {value} end"

    def _replace_fillers(self):
        """Let magnitudes of 99 and the like be NULL where no other value is near them, and tell what
        counts as missing; by the files' statistics, few columns are looked at.
        """
        extremes = statistics_extremes(self.files)
        named = {
            name.lower()
            for name in (self.catalogue["id"], self.catalogue["ra"], self.catalogue["dec"])
        }
        parts = []
        for name, stored in self.stored.items():
            low, high = extremes.get(name, (-math.inf, math.inf))
            role = name in self.replaced
            is_number = stored in FLOATS or stored in INTEGERS or stored.startswith("DECIMAL")
            if name.lower() in named or not (is_number or (role and stored in TEXTS)):
                continue
            raw = reading(name, stored, "double").value
            value = self.replaced.get(name, raw)
            if (
                (stored in FLOATS or role)
                and high >= min(FAINT_FILLERS)
                and self._is_property(name)
            ):
                fillers = f"round({raw}, 3) in {FAINT_FILLERS}"
                ((number, largest),) = self._rows(
                    f"select count(*) filter ({fillers}), max({value}) filter (not ({fillers})) from {self.scan}"
                )
                if number and largest is not None and largest < FAINTEST_BESIDE_FILLERS:
                    value = f"case when not ({fillers}) then {value} end"
                    self.replaced[name] = value
            if name in self.replaced and value != raw:
                gone = f"{raw} is not null and not isnan({raw}) and {value} is null"
                ((number, example),) = self._rows(
                    f"select count(*) filter ({gone}), mode({raw}) filter ({gone}) from {self.scan}"
                )
                if number:
                    parts.append(f"{name} {_counted(number)} of {example:g}")
        if parts:
            self.found.notes.append(
                f"{self.catalogue['name']}, {self.catalogue['table']}: counted as missing: {'; '.join(parts)}"
            )

    def _is_property(self, name):
        catalogue = self.catalogue
        others = [
            catalogue.get(key) for key in ("epoch", "pmra", "pmdec", "pmra_error", "pmdec_error")
        ]
        others += catalogue["error"].get("columns") or []
        return name.lower() not in {str(one).lower() for one in others}

    def _check_rows(self):
        counts = self._rows(
            "select "
            + ", ".join(f"count(*) filter ({condition})" for *_, condition in self.claims)
            + f" from {self.scan}"
        )[0]
        raw = quoted_name(next(iter(self.replaced)))
        label = f"coalesce({self.identity}::varchar, {raw}::varchar)"
        problems = []
        for (name, text, condition), number in zip(self.claims, counts):
            if number:
                ((first,),) = self._rows(
                    f"select min({label}, {FIRST_IDS}) filter ({condition}) from {self.scan}"
                )
                problems.append(f"{name}: {_counted(number)} {text}{listed(first, number)}")
        repeated = (
            f"(select {self.identity}::varchar as _id, count(*) as _n from {self.scan}"
            " group by _id having _n > 1 and _id is not null)"
        )
        ((ids, rows, first),) = self._rows(
            f"select count(*), sum(_n), min(_id, {FIRST_IDS}) from {repeated}"
        )
        if ids:
            problems.append(
                f"{next(iter(self.replaced))}: {_counted(int(rows))} share an id{listed(first, ids)}; leave one of each"
            )
        self.found.problems += [
            f"{self.catalogue['name']}, {self.catalogue['table']}: {problem}"
            for problem in problems
        ]


def _readable_files(connection, key, path):
    """Return the Parquet files that a path, a folder or a pattern names, and what is wrong with
    them.
    """
    files = _files(connection, path)
    if not files:
        like = get_close_matches(Path(path).name, _siblings(path), 1, 0.6)
        hint = f"; is it {like[0]}?" if like else ""
        return [], [f"{key}: there is no file {path}{hint}"]
    return files, [f"{key}: {file} {why}" for file in files if (why := what_is_wrong(file))]


def _files(connection, path):
    """Return the files that a path, a folder or a pattern names."""
    if Path(path).is_dir():
        found = sorted(Path(path).rglob("*.parquet"))
        return [str(one) for one in found if one.name != "data_thumbnail.parquet"]
    if Path(path).exists():
        return [path]
    return [
        one
        for (one,) in connection.execute("select file from glob(?) order by 1", [path]).fetchall()
    ]


def _siblings(path):
    folder = Path(path).parent
    return [one.name for one in folder.iterdir()] if folder.is_dir() else []


def _bare(name):
    """Return a name without the quotes that it may come in."""
    return name[1:-1] if len(name) > 2 and name[0] == name[-1] == '"' else name


def _counted(number):
    return "1 row" if number == 1 else f"{number:,} rows"
