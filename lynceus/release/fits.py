"""Released tables as FITS binary tables, built by hand where astropy 8.0 loses values.

`astropy.table.Table.write` marks missing integers with 999999, so that a true 999999 is lost and
int16 wraps; it turns missing booleans into false, and leaves out UCDs and descriptions. Here a
missing integer is the type's minimum (TNULL), a missing boolean byte 0, a missing double NaN, a
missing text empty.

References
----------
FITS Standard 4.0 (2018), section 7.3.
"""

import numpy as np
import pyarrow.parquet as pq
from astropy.io import fits

from lynceus.release.records import NUMBERS, plain, record_cells, row_groups, text_columns
from lynceus.release.tables import ReleaseError

BLOCK_BYTES = 2880

TYPE_CODES = {
    "double": "D",
    "float": "E",
    "bigint": "K",
    "integer": "J",
    "smallint": "I",
    "boolean": "L",
}

NULLS_COMMENT = "Missing: TNULLn in integers, byte 0 in logicals, NaN in floats, empty text."
ESCAPES_COMMENT = "Characters beyond ASCII are written as backslash escapes."


def write_fits(table, parquet, path, origin):
    """Write one released table as FITS from its released Parquet file.

    Parameters
    ----------
    table : ReleasedTable
    parquet : path
        The Parquet file of the same table.
    path : path
        The file to write.
    origin : Origin

    Raises
    ------
    ReleaseError
        If an integer column holds its type's minimum, which stands for NULL.
    """
    with pq.ParquetFile(parquet) as source, open(path, "wb") as file:
        cells = record_cells(table, source, null_value, dict.fromkeys(text_columns(table), "ascii"))
        dtype = np.dtype([(cell.name, cell.dtype) for cell in cells])
        file.write(_header_bytes(table, dtype, source.metadata.num_rows, origin))
        for batch in row_groups(source):
            records = np.empty(batch.num_rows, dtype)
            for cell in cells:
                array = batch.column(cell.name)
                values = cell.values(array)
                _refuse_stand_in(table, cell, array, values)
                records[cell.name] = values
            file.write(records.view(np.uint8))
        file.write(bytes(-file.tell() % BLOCK_BYTES))
    fill_checksums(path)


def fill_checksums(path):
    """Write DATASUM and CHECKSUM into the headers of a file, which have room for them (`labels`).

    astropy puts the time of day beside them when it writes a file itself.
    """
    with fits.open(path) as hdus:
        for hdu in hdus:
            hdu.add_checksum(when="ones' complement")
        headers = [(hdu.fileinfo()["hdrLoc"], hdu.header.tostring()) for hdu in hdus]
    with open(path, "r+b") as file:
        for place, text in headers:
            file.seek(place)
            file.write(text.encode("ascii"))


def labels(origin):
    """Return the cards of every header of a released file: where it is from, and room for its
    checksums.
    """
    return [*origin.cards(), ("CHECKSUM", "", None), ("DATASUM", "", None)]


def null_value(column):
    """Return what stands for NULL in a column of numbers or booleans."""
    if column.data_type == "boolean":
        return 0
    kind = np.dtype(NUMBERS[column.data_type])
    return np.nan if kind.kind == "f" else int(np.iinfo(kind).min)


def _refuse_stand_in(table, cell, array, values):
    # counting suffices: every NULL became the stand-in, so one more is a value
    if cell.dtype[1] == "i" and np.count_nonzero(values == cell.null) > array.null_count:
        raise ReleaseError(
            f"{table.schema}.{table.name}.{cell.name}: holds {cell.null}, which stands for NULL in FITS"
        )


def _header_bytes(table, dtype, rows, origin):
    primary = fits.PrimaryHDU().header
    header = fits.Header()
    header["XTENSION"] = "BINTABLE"
    header["BITPIX"] = 8
    header["NAXIS"] = 2
    header["NAXIS1"] = (dtype.itemsize, "bytes per row")
    header["NAXIS2"] = (rows, "rows")
    header["PCOUNT"] = 0
    header["GCOUNT"] = 1
    header["TFIELDS"] = len(table.columns)
    header["LONGSTRN"] = ("OGIP 1.0", "long texts go on in CONTINUE cards")
    for number, column in enumerate(table.columns, start=1):
        for keyword, value in _column_cards(column, dtype[column.name]):
            header[f"{keyword}{number}"] = value
    header["EXTNAME"] = table.name
    for text in (table.description, NULLS_COMMENT, ESCAPES_COMMENT):
        header["COMMENT"] = plain(text)
    for each in (primary, header):
        each.extend(labels(origin))
    return (primary.tostring() + header.tostring()).encode("ascii")


def _column_cards(column, kind):
    yield "TTYPE", column.name
    yield "TFORM", f"{kind.itemsize}A" if kind.kind == "S" else TYPE_CODES[column.data_type]
    if column.unit:
        yield "TUNIT", column.unit
    if kind.kind == "i":
        yield "TNULL", null_value(column)
    yield "TUCD", column.ucd
    yield "TCOMM", plain(column.description)
