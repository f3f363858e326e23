"""Rows as fixed-width big-endian records: the layout that FITS tables and VOTable BINARY2 share.

The rows come from the release's own Parquet file, one row group at a time, so that the three files
of a table hold the same rows in the same order and memory stays bounded.
"""

import unicodedata
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

NUMBERS = {"double": ">f8", "float": ">f4", "bigint": ">i8", "integer": ">i4", "smallint": ">i2"}


@dataclass(frozen=True)
class Cell:
    """How one column lies in a record: its NumPy type, what stands for NULL, and the codec of its
    text.
    """

    name: str
    dtype: str
    null: object
    codec: str | None = None

    def values(self, array):
        """Return an Arrow array as an (n,) NumPy array; integers never pass through a float."""
        if pa.types.is_string(array.type):
            return fixed_width(encoded(array, self.codec), int(self.dtype.removeprefix("S")))
        if pa.types.is_boolean(array.type):
            letters = pc.if_else(array, np.uint8(ord("T")), np.uint8(ord("F")))
            return pc.fill_null(letters, np.uint8(self.null)).to_numpy()
        return pc.fill_null(array, pa.scalar(self.null, array.type)).to_numpy()


def record_cells(table, source, nulls, codecs):
    """Return one Cell per column of a table.

    Parameters
    ----------
    table : ReleasedTable
    source : pyarrow.parquet.ParquetFile
        The released rows.
    nulls : function of Column
        Returns the value that stands for NULL; not asked for text, where NULL is empty.
    codecs : dict of str to str
        Codec of each text column: "ascii" (other characters escaped as \\xf6, \\u2609) or
        "utf-16-be".

    Returns
    -------
    list of Cell
    """
    widths = _text_widths(source, codecs)
    cells = []
    for column in table.columns:
        if column.name in codecs:
            cells.append(Cell(column.name, f"S{widths[column.name]}", b"", codecs[column.name]))
        else:
            cells.append(Cell(column.name, NUMBERS.get(column.data_type, "u1"), nulls(column)))
    return cells


def row_groups(source, columns=None):
    """Yield the row groups of a Parquet file as record batches, with all columns or with those
    named.
    """
    for index in range(source.num_row_groups):
        yield source.read_row_group(index, columns=columns).combine_chunks().to_batches()[0]


def text_columns(table):
    """Return the names of the columns that hold text."""
    return [column.name for column in table.columns if column.data_type == "varchar"]


def non_ascii_columns(table, source):
    """Return the set of names of the text columns that hold a character beyond ASCII."""
    return {
        name
        for name in text_columns(table)
        for batch in row_groups(source, [name])
        if not pc.all(pc.string_is_ascii(batch.column(name)), min_count=0).as_py()
    }


def encoded(array, codec):
    """Return an Arrow text array as bytes; what the codec lacks is written as a backslash escape."""
    if codec == "ascii" and pc.all(pc.string_is_ascii(array), min_count=0).as_py():
        return array.cast(pa.binary())
    distinct = array.dictionary_encode()
    texts = [text.encode(codec, "backslashreplace") for text in distinct.dictionary.to_pylist()]
    return pa.array(texts, pa.binary()).take(distinct.indices)


def plain(text):
    """Return prose as ASCII, accents dropped."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def fixed_width(array, width):
    """Return an Arrow array of bytes as an (n,) NumPy array of `width` bytes each, padded with NUL."""
    array = pc.fill_null(array, b"")
    _, offsets, data = array.buffers()
    offsets = np.frombuffer(offsets, np.int32)[array.offset : array.offset + len(array) + 1]
    cells = np.zeros((len(array), width), np.uint8)
    # both sides run through the text row by row, so one masked assignment places every byte
    used = np.arange(width) < np.diff(offsets)[:, None]
    cells[used] = np.frombuffer(data or b"", np.uint8)[offsets[0] : offsets[-1]]
    return cells.view(f"S{width}")[:, 0]


def _text_widths(source, codecs):
    # at least two characters: of an array of one STILTS' votlint and astropy want the size written
    # in ways that exclude each other
    widths = {name: 4 if codec == "utf-16-be" else 2 for name, codec in codecs.items()}
    for name, codec in codecs.items():
        for batch in row_groups(source, [name]):
            longest = pc.max(pc.binary_length(encoded(batch.column(name), codec))).as_py()
            widths[name] = max(widths[name], longest or 0)
    return widths
