"""Columns of Parquet files as SQL, whatever type they are stored in.

FITS strings come as bytes padded with blanks, HATS ids as unsigned integers, times with a zone or
without, numbers as text, columns without a value as the type NULL. Each is read as what it says, or
the rows that cannot be are named.
"""

import re
from dataclasses import dataclass
from pathlib import Path

INTEGERS = {f"{sign}{size}INT" for sign in ("", "U") for size in ("TINY", "SMALL", "BIG", "HUGE")}
INTEGERS |= {"INTEGER", "UINTEGER"}
FLOATS = {"FLOAT", "DOUBLE"}
TEXTS = {"VARCHAR", "BLOB", "UUID"}
# what programs write into a column of text where a number is missing
MISSING_WORD = r"(?i)^(--|-|null|none|nan|n/a|na|masked|\.\.\.)$"
# NumPy and astropy fill masked numbers with 1e20; no quantity in any unit of a catalogue is as large
LARGEST = "1e19"
LARGEST_EXACT = 2**53  # of the integers that floating point knows one by one
TRUE, FALSE = ("true", "t", "yes", "y", "1"), ("false", "f", "no", "n", "0")
ISO_TIME = r"^\d{4}-\d{1,2}-\d{1,2}([T ]\d{1,2}:\d{2}(:\d{2}(\.\d*)?)?)?$"
ISO_TIME_WITH_ZONE = r"^\d{4}-\d.*(Z|[+-]\d{2}(:?\d{2})?|[A-Za-z]+(/[A-Za-z_]+)?)$"
FORTRAN_NUMBER = r"^([-+]?[0-9.]+)[dD]([-+]?[0-9]+)$"


@dataclass(frozen=True)
class Reading:
    """A column in the type that is wanted: an SQL expression; and the values that it cannot tell, as
    pairs of what is wrong with them and the SQL condition that finds them.
    """

    value: str
    wrong: tuple[tuple[str, str], ...] = ()


def reading(name, stored, wanted):
    """Return how a column is read, None if its type can not be.

    Parameters
    ----------
    name : str
        Of the column in its file.
    stored : str
        Its type, as DuckDB's DESCRIBE says it.
    wanted : str
        varchar, double, integer, bigint, boolean, or timestamp (UTC).

    Returns
    -------
    Reading or None
    """
    if stored.strip('"') == "NULL":
        return Reading(f"null::{wanted}")
    known = {
        "varchar": _as_text,
        "double": _as_double,
        "integer": _as_integer,
        "bigint": _as_integer,
        "boolean": _as_boolean,
        "timestamp": _as_timestamp,
    }
    return known[wanted](quoted_name(name), stored, wanted)


def _as_text(raw, stored, _):
    if stored in TEXTS:
        wrong = (
            (
                "with bytes that are no UTF-8 text",
                f"{raw} is not null and {_decoded(raw, stored)} is null",
            ),
        )
        return Reading(_text(raw, stored), wrong if stored == "BLOB" else ())
    if stored.startswith(("TIMESTAMP", "DATE")):
        return Reading(iso_text(_as_timestamp(raw, stored, None).value))
    if _is_integer(stored) or stored in FLOATS or stored == "BOOLEAN":
        return Reading(f"{raw}::varchar")
    return None


def _as_double(raw, stored, _):
    if _is_integer(stored) or stored in FLOATS or stored.startswith("DECIMAL"):
        return Reading(f"{raw}::double")
    if stored not in TEXTS:
        return None
    word = f"regexp_replace({_word(raw, stored)}, '{FORTRAN_NUMBER}', '\\1e\\2')"
    value = f"try_cast({word} as double)"
    unread = f"{value} is null or isinf({value}) and {word} not ilike '%inf%'"
    return Reading(
        value,
        (
            (
                "with text where a double belongs",
                f"{_word(raw, stored)} is not null and ({unread})",
            ),
        ),
    )


def _as_integer(raw, stored, wanted):
    value = f"try_cast({raw} as {wanted})"
    beyond = (f"beyond the range of {wanted}", f"{raw} is not null and {value} is null")
    fraction = ("with a fraction in an integer", f"{raw} <> trunc({raw})")
    if _is_integer(stored):
        return Reading(value, (beyond,))
    if stored.startswith("DECIMAL"):
        return Reading(value, (beyond, fraction))
    if stored in FLOATS:
        finite = f"isfinite({raw}) and "
        rounded = (
            "of 2**53 and more, where floating point has lost the last digits",
            f"{finite}abs({raw}) >= {LARGEST_EXACT}",
        )
        return Reading(value, ((fraction[0], finite + fraction[1]), rounded))
    if stored in TEXTS:
        word = _word(raw, stored)
        value = f"try_cast(case when regexp_full_match({word}, '[-+]?\\d+(\\.0*)?') then {word} end as {wanted})"
        unread = f"{word} is not null and {value} is null"
        return Reading(value, ((f"with text where a {wanted} belongs", unread),))
    return None


def _as_boolean(raw, stored, _):
    if stored == "BOOLEAN":
        return Reading(raw)
    if _is_integer(stored) or stored in FLOATS:
        value = f"case when {raw} in (0, 1) then {raw} = 1 end"
        # below zero are the numbers that stand for "missing"
        return Reading(
            value, (("that are neither 0 nor 1", f"{raw} > 0 and {raw} < 1e308 and {raw} <> 1"),)
        )
    if stored in TEXTS:
        word = f"lower({_word(raw, stored)})"
        value = f"case when {word} in {TRUE} then true when {word} in {FALSE} then false end"
        unread = f"{word} is not null and {value} is null"
        return Reading(value, (("with text where a boolean belongs", unread),))
    return None


def _as_timestamp(raw, stored, _):
    if stored == "TIMESTAMP WITH TIME ZONE":
        return Reading(f"({raw} at time zone 'UTC')")
    if stored.startswith(("TIMESTAMP", "DATE")):
        return Reading(f"{raw}::timestamp")
    if stored not in TEXTS:
        return None
    word = _word(raw, stored)
    # as a TIMESTAMP the zone of a text would be passed over; as one with a zone, a text without
    # would be in that of the session
    value = (
        f"coalesce(try_cast(regexp_extract({word}, '{ISO_TIME}') as timestamp),"
        f" try_cast(regexp_extract({word}, '{ISO_TIME_WITH_ZONE}') as timestamptz) at time zone 'UTC')"
    )
    return Reading(
        value,
        (
            (
                "with text that is no time of ISO 8601",
                f"{word} is not null and {value} is null",
            ),
        ),
    )


def iso_text(timestamp):
    """Return the SQL of a timestamp as text of ISO 8601."""
    return f"strftime({timestamp}, '%Y-%m-%dT%H:%M:%S')"


def _is_integer(stored):
    return stored in INTEGERS or bool(re.fullmatch(r"DECIMAL\(\d+,0\)", stored))


def _decoded(raw, stored):
    return f"try(decode({raw}))" if stored == "BLOB" else f"{raw}::varchar"


def _text(raw, stored):
    """Text without its padding; nothing but padding is missing."""
    return f"nullif({_trimmed(raw, stored)}, '')"


def _trimmed(raw, stored):
    return f"trim({_decoded(raw, stored)}, ' ' || chr(0))"


def _word(raw, stored):
    """Text without its padding, NULL where it is a word for "missing"."""
    return f"nullif(regexp_replace({_trimmed(raw, stored)}, '{MISSING_WORD}', ''), '')"


def quoted_name(name):
    """Return a column's name as SQL wants it."""
    return '"' + name.replace('"', '""') + '"'


def quoted_text(text):
    """Return a text as SQL wants it."""
    return "'" + str(text).replace("'", "''") + "'"


def scan_of(files):
    """Return the table function that reads Parquet files as one table."""
    return f"read_parquet([{', '.join(map(quoted_text, files))}], union_by_name = true)"


BEGINNINGS = (
    (b"SIMPLE  =", "is FITS"),
    (b"\x1f\x8b", "is compressed (gzip)"),
    (b"PK\x03\x04", "is compressed (zip)"),
    (b"BZh", "is compressed (bzip2)"),
    (b"\x28\xb5\x2f\xfd", "is compressed (zstd)"),
    (b"\x89HDF", "is HDF5"),
    (b"version https://git-lfs", "is a pointer of Git LFS, not the file"),
)


def what_is_wrong(path):
    """Return why a file cannot be read as Parquet, with the remedy; None if it begins and ends as
    one.
    """
    path = Path(path)
    rewrite = (
        f"; Table.read(...).write('{path.stem.split('.')[0]}.parquet') of astropy makes it Parquet"
    )
    again = "; fetch or write it again"
    try:
        with open(path, "rb") as file:
            start = file.read(512)
            file.seek(0, 2)
            size = file.tell()
            file.seek(max(0, size - 4))
            end = file.read(4)
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if not size:
        return "is empty" + again
    if start.startswith(b"PAR1"):
        return None if size >= 12 and end == b"PAR1" else "is cut off" + again
    for beginning, what in BEGINNINGS:
        if start.startswith(beginning):
            return what + (again if "LFS" in what else rewrite)
    lower = start.lstrip(b"\xef\xbb\xbf \r\n").lower()
    if lower.startswith((b"<!doctype html", b"<html")):
        return "is a web page, perhaps a service's message" + again
    if lower.startswith((b"<?xml", b"<votable")):
        return "is XML, perhaps a VOTable" + rewrite
    if b"\0" not in start:
        return "is text, perhaps CSV" + rewrite
    return "is not Parquet" + rewrite
