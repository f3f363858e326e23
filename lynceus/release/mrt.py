"""Released tables as machine-readable tables of the AAS journals: fixed-width text that says of
each column where it lies.

Built by hand: for flux limits of 1e-14 astropy 8.0 writes [0.0/0.01], for a column without values
the bytes 397-396, and it formats value by value in memory, at 5 ms a row of 62 columns. Its reader
reads these files. Numbers are rounded to the digits that count; the other formats have them
exactly.

References
----------
AAS Journals, Machine-readable table standards, https://journals.aas.org/mrt-standards.
"""

import re
from dataclasses import dataclass
from textwrap import wrap

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lynceus.release.records import encoded, plain, row_groups
from lynceus.release.tables import vounit

WIDTH = 80
RULE, DOUBLE_RULE = "-" * WIDTH, "=" * WIDTH
# by unit: 4e-3 arcsec, a hundredth of a millimagnitude's error, a tenth of Gaia's smallest
DIGITS = {"deg": 6, "arcsec": 3, "mag": 3, "mas": 4, "mas.yr**-1": 4, "pc": 2}
OTHER_DIGITS = 4
SCIENTIFIC = ("erg", "Hz", "cm**-2")  # units of numbers that no fixed point suits
ERROR_UCD = "stat.error"


@dataclass(frozen=True)
class Field:
    """How one column lies in a line: its C format (None for text), its width, and whether it has
    blanks.
    """

    name: str
    pattern: str | None
    width: int
    has_null: bool

    @property
    def fortran(self):
        """Return the format as the table's head names it: A21, I5, F8.4, E10.4."""
        if self.pattern is None:
            return f"A{self.width}"
        kind = self.pattern[-1].upper()
        return f"I{self.width}" if kind == "D" else f"{kind}{self.width}.{self.pattern[2:-1]}"

    def texts(self, array):
        """Return an Arrow array as an (n,) NumPy array of bytes of one width: text to the left,
        numbers to the right, NULL blank.
        """
        if self.pattern is None:
            return np.char.ljust(
                np.array(encoded(pc.fill_null(array, ""), "ascii").to_pylist(), f"S{self.width}"),
                self.width,
            )
        numbers = np.char.mod(self.pattern.encode(), pc.fill_null(_number(array), 0).to_numpy())
        missing = pc.is_null(array).to_numpy(zero_copy_only=False)
        return np.char.rjust(np.where(missing, b"", numbers), self.width)


def write_mrt(table, parquet, path, origin):
    """Write one released table as a machine-readable table from its released Parquet file.

    Parameters
    ----------
    table : ReleasedTable
    parquet : path
        The Parquet file of the same table.
    path : path
        The file to write.
    origin : Origin
    """
    with pq.ParquetFile(parquet) as source, open(path, "wb") as file:
        fields = [_field(column, source) for column in table.columns]
        file.write(plain(head(table, fields, path.name, origin)).encode("ascii"))
        for batch in row_groups(source):
            file.write(_lines(batch, fields))


def head(table, fields, name, origin):
    """Return what stands above the rows: the title, and the bytes, format, unit, name and meaning
    of each column.
    """
    last = sum(field.width + 1 for field in fields) - 1
    digits, labels = len(str(last)), max(7, *(len(field.name) for field in fields))
    unit_width = max(6, *(len(_unit(column)) for column in table.columns))
    lines = [
        f"Title: Lynceus {origin.release}",
        "Authors: Lynceus",
        *wrap(f"Table: {table.name}. {table.description}", WIDTH, subsequent_indent="    "),
        DOUBLE_RULE,
        f"Byte-by-byte Description of file: {name}",
        RULE,
        f"{'Bytes':>{2 * digits + 1}} {'Format':<6} {'Units':<{unit_width}} {'Label':<{labels}} Explanations",
        RULE,
    ]
    first = 1
    for column, field in zip(table.columns, fields, strict=True):
        end = first + field.width - 1
        span = (
            f"{first:>{digits}}-{end:>{digits}}" if field.width > 1 else f"{end:>{2 * digits + 1}}"
        )
        start = f"{span} {field.fortran:<6} {_unit(column):<{unit_width}} {field.name:<{labels}} "
        lines += _explained(start, ("? " if field.has_null else "") + column.description)
        first = end + 2
    return "\n".join(
        [
            *lines,
            RULE,
            "Note: Blank is missing. Numbers are rounded; the other formats have all digits.",
            *(f"Note: {name} = {value}" for name, value in origin.infos()),
            RULE,
            "",
        ]
    )


def _explained(start, text):
    """Return the lines of one column; none of those that follow the first begins with a number,
    which readers take for a byte.
    """
    glued = re.sub(r" (?=[\d.+-])", "\0", text)
    lines = wrap(glued, max(WIDTH - len(start), 32), break_long_words=False, break_on_hyphens=False)
    return [
        f"{start if row == 0 else ' ' * len(start)}{line}".replace("\0", " ")
        for row, line in enumerate(lines)
    ]


def _field(column, source):
    """Return the Field of a column, wide enough for all its values."""
    pattern, width, has_null = _pattern(column), 1, False
    for batch in row_groups(source, [column.name]):
        array = batch.column(0)
        has_null = has_null or array.null_count > 0
        if pattern is None:
            width = max(width, pc.max(pc.binary_length(encoded(array, "ascii"))).as_py() or 1)
        else:
            width = max(
                width,
                *(len(pattern % value) for value in _widest(_number(array).drop_null().to_numpy())),
            )
    return Field(column.name, pattern, width, has_null)


def _pattern(column):
    if column.data_type == "varchar":
        return None
    if column.data_type not in ("double", "float"):
        return "%d"
    if any(unit in (column.unit or "") for unit in SCIENTIFIC):
        return "%.4e"
    digits = DIGITS.get(column.unit, OTHER_DIGITS)
    # the errors of magnitudes go down to some thousandths
    return f"%.{digits + 1 if column.unit == 'mag' and ERROR_UCD in column.ucd else digits}f"


def _widest(values):
    """Return values among which is the widest in print: the extremes, and those nearest to 0, whose
    exponent may have three digits.
    """
    positive, negative = values[values > 0], values[values < 0]
    return [
        0,
        *(
            extreme
            for part in (positive, negative)
            if len(part)
            for extreme in (part.min(), part.max())
        ),
    ]


def _number(array):
    return array.cast(pa.int8()) if pa.types.is_boolean(array.type) else array


def _unit(column):
    return vounit(column.unit).to_string("cds") if column.unit else "---"


def _lines(batch, fields):
    """Return the rows of a batch as bytes, a blank between columns."""
    lines = np.full((batch.num_rows, sum(field.width + 1 for field in fields)), ord(" "), np.uint8)
    first = 0
    for field in fields:
        texts = np.ascontiguousarray(field.texts(batch.column(field.name)), f"S{field.width}")
        lines[:, first : first + field.width] = texts.view(np.uint8).reshape(-1, field.width)
        first += field.width + 1
    lines[:, -1] = ord("\n")
    return lines.tobytes()
