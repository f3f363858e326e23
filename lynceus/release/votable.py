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


def write_votable(table, parquet, path, origin):
    """Write one released table as VOTable from its released Parquet file.

    Text is `char`, or `unicodeChar` where a column holds a character beyond ASCII.

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
        wide = non_ascii_columns(table, source)
        codecs = {name: "utf-16-be" if name in wide else "ascii" for name in text_columns(table)}
        cells = record_cells(table, source, null_value, codecs)
        text_types = {cell.name: _text_type(cell) for cell in cells if cell.codec}
        head, tail = document(table, text_types, origin, source.metadata.num_rows)
        file.write(f'{head}<DATA>\n<BINARY2>\n<STREAM encoding="base64">\n'.encode())
        for text in _base64(_records(batch, cells) for batch in row_groups(source)):
            file.write(text)
        file.write(f"</STREAM>\n</BINARY2>\n</DATA>\n{tail}".encode())


def document(table, types, origin, rows=None):
    """Return the XML of a VOTable up to its DATA and after it; joined, they are one without data.

    Parameters
    ----------
    table : ReleasedTable
    types : dict of str to (str, str)
        Datatype and arraysize of each text column, and of others that differ from DATATYPES.
    origin : Origin
    rows : int, optional
        Number of rows of the data.

    Returns
    -------
    (str, str)
    """
    fields = "\n".join(_field(column, *types.get(column.name, ())) for column in table.columns)
    infos = "\n".join(
        f"<INFO{_attributes({'name': name, 'value': value})}/>" for name, value in origin.infos()
    )
    systems = dict(map(_system, table.columns))
    systems.pop(None, None)
    frames = "".join(f"{element}\n" for element in systems.values())
    nrows = "" if rows is None else f' nrows="{rows}"'
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">\n'
        f'<RESOURCE type="results">\n{infos}\n{frames}'
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
        "ref": _system(column)[0],
    }
    return f"<FIELD{_attributes(attributes)}><DESCRIPTION>{escape(column.description)}</DESCRIPTION></FIELD>"


def _attributes(values):
    return "".join(f" {name}={quoteattr(text)}" for name, text in values.items() if text)


def _system(column):
    """Return ID and element of the frame of a column of positions or times; (None, None) of others.

    Gaia's positions are of one epoch; an X-ray source's, and Gaia's moved to it, are of that in
    column xray_epoch.
    """
    ucd = column.ucd or ""
    if ucd.startswith(("time.epoch", "time.start")):
        return "utc", '<TIMESYS ID="utc" timescale="UTC" refposition="TOPOCENTER"/>'
    if not ucd.startswith(("pos.eq.ra", "pos.eq.dec")):
        return None, None
    if column.epoch is None:
        return "icrs", '<COOSYS ID="icrs" system="ICRS"/>'
    name = f"icrs_{column.epoch}"
    return name, f'<COOSYS ID="{name}" system="ICRS" epoch="J{column.epoch}"/>'


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
