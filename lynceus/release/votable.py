"""Released tables as VOTable 1.4, rows in BINARY2: missing values of every type are flagged per
row.

Built by hand: astropy 8.0 writes rows one by one and booleans as bits.

References
----------
Ochsenbein et al. (2019), VOTable Format Definition 1.4, IVOA Recommendation; BINARY2: section 5.4.
"""

from binascii import b2a_base64
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lynceus.release.records import (
    NUMBERS,
    non_ascii_columns,
    record_cells,
    row_groups,
    text_columns,
)

DATATYPES = {
    "double": "double",
    "float": "float",
    "bigint": "long",
    "integer": "int",
    "smallint": "short",
    "boolean": "boolean",
}

# no column has this name: it is not a plain one
FLAGS = "null flags"


def write_votable(table, parquet, path, version):
    """Write one released table as VOTable from its released Parquet file.

    Text is `char`, or `unicodeChar` where a column holds a character beyond ASCII.

    Parameters
    ----------
    table : ReleasedTable
    parquet : path
        The Parquet file of the same table.
    path : path
        The file to write.
    version : str
        The release, named in the file.
    """
    with pq.ParquetFile(parquet) as source, open(path, "wb") as file:
        wide = non_ascii_columns(table, source)
        codecs = {name: "utf-16-be" if name in wide else "ascii" for name in text_columns(table)}
        cells = record_cells(table, source, null_value, codecs)
        text_types = {cell.name: _text_type(cell) for cell in cells if cell.codec}
        head, tail = document(table, text_types, source.metadata.num_rows, version)
        file.write(f'{head}<DATA>\n<BINARY2>\n<STREAM encoding="base64">\n'.encode())
        for text in _base64(_records(batch, cells) for batch in row_groups(source)):
            file.write(text)
        file.write(f"</STREAM>\n</BINARY2>\n</DATA>\n{tail}".encode())


def document(table, text_types, rows=None, version=None):
    """Return the XML of a VOTable up to its DATA and after it; joined, they are one without data.

    Parameters
    ----------
    table : ReleasedTable
    text_types : dict of str to (str, str)
        Datatype and arraysize of each text column.
    rows : int, optional
        Number of rows of the data.
    version : str, optional
        The release.

    Returns
    -------
    (str, str)
    """
    fields = "\n".join(_field(column, *text_types.get(column.name, ())) for column in table.columns)
    info = "" if version is None else f'<INFO name="release" value={quoteattr(version)}/>\n'
    nrows = "" if rows is None else f' nrows="{rows}"'
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">\n'
        f'<RESOURCE type="results">\n{info}'
        f"<TABLE name={quoteattr(table.name)}{nrows}>\n"
        f"<DESCRIPTION>{escape(table.description)}</DESCRIPTION>\n{fields}\n"
    )
    return head, "</TABLE>\n</RESOURCE>\n</VOTABLE>\n"


def null_value(column):
    """Return what a missing value's place is filled with; its flag says that it is missing."""
    if column.data_type == "boolean":
        return ord("?")
    return np.nan if np.dtype(NUMBERS[column.data_type]).kind == "f" else 0


def _field(column, datatype=None, arraysize=None):
    attributes = {
        "name": column.name,
        "datatype": datatype or DATATYPES[column.data_type],
        "arraysize": arraysize,
        "unit": column.unit,
        "ucd": column.ucd,
    }
    written = "".join(f" {name}={quoteattr(text)}" for name, text in attributes.items() if text)
    return f"<FIELD{written}><DESCRIPTION>{escape(column.description)}</DESCRIPTION></FIELD>"


def _text_type(cell):
    width = int(cell.dtype.removeprefix("S"))
    return ("char", str(width)) if cell.codec == "ascii" else ("unicodeChar", str(width // 2))


def _records(batch, cells):
    flag_bytes = (len(cells) + 7) // 8
    records = np.empty(
        batch.num_rows, [(FLAGS, "u1", (flag_bytes,))] + [(cell.name, cell.dtype) for cell in cells]
    )
    missing = np.zeros((batch.num_rows, len(cells)), bool)
    for position, cell in enumerate(cells):
        array = batch.column(cell.name)
        records[cell.name] = cell.values(array)
        if array.null_count:
            missing[:, position] = pc.is_null(array).to_numpy(zero_copy_only=False)
    records[FLAGS] = np.packbits(missing, axis=1)
    return records.tobytes()


def _base64(chunks):
    # base64 turns 3 bytes into 4 letters, so a chunk hands its last one or two on to the next
    rest = b""
    for chunk in chunks:
        chunk = rest + chunk
        whole = len(chunk) - len(chunk) % 3
        yield b2a_base64(memoryview(chunk)[:whole])
        rest = chunk[whole:]
    yield b2a_base64(rest)
