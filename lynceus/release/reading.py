"""Released tables in Python, value by value as they are."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from astropy.table import Column, MaskedColumn, Table

from lynceus.release.tables import vounit
from lynceus.settings import releases_folder

# what lies under the mask
FILLERS = {"string": "", "bool": False}


def read_table(table):
    """Return a released table; see lynceus.read_table."""
    path = _path_of(table)
    rows = pq.read_table(path)
    columns = [_column(field, rows.column(field.name)) for field in rows.schema]
    labels = {key.decode(): text.decode() for key, text in rows.schema.metadata.items()}
    meta = {key: labels[key] for key in ("simulated", "creator", "rights") if key in labels}
    return Table(columns, meta=meta, copy=False)


def _path_of(table):
    path = Path(table).expanduser()
    if path.suffix == ".parquet":
        return path
    latest = releases_folder() / "latest"
    for folder in (latest, latest / "formats"):
        if (folder / f"{table}.parquet").is_file():
            return folder / f"{table}.parquet"
    raise FileNotFoundError(f"{latest} has no table {table}, and it is no path of a Parquet file")


def _column(field, array):
    labels = {key.decode(): text.decode() for key, text in (field.metadata or {}).items()}
    filler = FILLERS.get(str(field.type), 0)
    values = pc.fill_null(array, pa.scalar(filler, field.type)).to_numpy()
    if filler == "":
        values = values.astype(str)
    said = {
        "name": field.name,
        "unit": vounit(labels["unit"]) if "unit" in labels else None,
        "description": labels.get("description"),
        "meta": {"ucd": labels["ucd"]} if "ucd" in labels else {},
    }
    if not array.null_count:
        return Column(values, **said)
    mask = pc.is_null(array).to_numpy()
    return MaskedColumn(np.asarray(values), mask=mask, **said)
