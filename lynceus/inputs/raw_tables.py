"""The raw tables: which columns they have, in which type and unit, and how they lie on disk.

The contract is written once, in the dbt sources (models/staging/*/_*__sources.yml). What makes raw
tables (the simulated sky, the archive downloads) and what checks them reads it from here.
A table is one file `<table>.parquet` or a folder `<table>/` of Parquet files, as HATS catalogues are.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lynceus.settings import PROJECT, read_yaml

ROW_GROUP_ROWS = 122_880  # what one of DuckDB's threads scans at a time

ARROW_TYPES = {
    "varchar": pa.string(),
    "double": pa.float64(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "boolean": pa.bool_(),
}


@dataclass(frozen=True)
class Column:
    """One column of a raw table; `minimum` and `maximum` are inclusive, `positive` means > 0,
    `is_time` text of ISO 8601 in UTC. What it holds is in the column of the same name of the table
    that it `belongs_to`.
    """

    name: str
    data_type: str
    description: str
    unit: str | None = None
    ucd: str | None = None
    required: bool = False
    key: bool = False
    positive: bool = False
    is_time: bool = False
    belongs_to: str | None = None
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True)
class RawTable:
    """One raw table; an absent table that is not `required` counts as empty."""

    name: str
    description: str
    required: bool
    columns: tuple[Column, ...]

    @property
    def key(self):
        """Return the names of the columns that together are unique."""
        return [column.name for column in self.columns if column.key]

    @property
    def schema(self):
        """Return the Arrow schema, with unit, UCD and description on each field."""
        return pa.schema(
            pa.field(
                column.name,
                ARROW_TYPES[column.data_type],
                metadata={
                    label: text
                    for label, text in (
                        ("unit", column.unit),
                        ("ucd", column.ucd),
                        ("description", column.description),
                    )
                    if text
                },
            )
            for column in self.columns
        )

    def files(self, folder):
        """Return the Parquet files that hold this table below `folder`, in name order; none if
        absent.
        """
        single = Path(folder) / f"{self.name}.parquet"
        if single.exists():
            return [single]
        # the thumbnail of a HATS catalogue repeats some of its rows
        return sorted(
            path
            for path in (Path(folder) / self.name).rglob("*.parquet")
            if path.name != "data_thumbnail.parquet"
        )


@cache
def raw_tables():
    """Return every raw table of the contract by name, in the order of the source files.

    Returns
    -------
    dict of str to RawTable
    """
    tables = {}
    for path in sorted((PROJECT / "models" / "staging").glob("*/_*__sources.yml")):
        for source in read_yaml(path)["sources"]:
            for table in source["tables"]:
                columns = tuple(_column(column) for column in table["columns"])
                required = table["config"]["meta"]["required"]
                tables[table["name"]] = RawTable(
                    table["name"], table["description"], required, columns
                )
    return tables


def _column(entry):
    meta = dict(entry.get("config", {}).get("meta", {}))
    limits = {"minimum": meta.pop("min", None), "maximum": meta.pop("max", None)}
    return Column(entry["name"], entry["data_type"], entry["description"], **meta, **limits)


class RawTableWriter:
    """Write one raw table to `<folder>/<table>.parquet` batch by batch, in bounded memory.

    Columns of the contract that a batch leaves out become NULL; the file appears under its name
    only when it is whole.

    Parameters
    ----------
    folder : path
        Folder of the raw tables; must exist.
    table : str
        Name of a raw table.

    Raises
    ------
    KeyError
        If the table is not in the contract.
    ValueError
        On `write`, if a batch has a column the table does not.
    """

    def __init__(self, folder, table):
        self.schema = raw_tables()[table].schema
        self.path = Path(folder) / f"{table}.parquet"
        self._partial = self.path.with_suffix(".parquet.part")
        # a dictionary of a hundred thousand different numbers is longer than they are
        texts = [field.name for field in self.schema if pa.types.is_string(field.type)]
        try:
            self._writer = pq.ParquetWriter(
                self._partial, self.schema, compression="zstd", use_dictionary=texts
            )
        except OSError:
            self._partial.unlink(missing_ok=True)
            raise

    def write(self, columns):
        """Append rows given as a dict of equally long arrays; masked or None values become NULL,
        and so does NaN.
        """
        unknown = set(columns) - set(self.schema.names)
        if unknown:
            raise ValueError(f"{self.path.stem} has no column {', '.join(sorted(unknown))}")
        rows = len(next(iter(columns.values())))
        arrays = [
            pa.array(columns[field.name], field.type, from_pandas=True)
            if field.name in columns
            else pa.nulls(rows, field.type)
            for field in self.schema
        ]
        self._writer.write_table(
            pa.Table.from_arrays(arrays, schema=self.schema), row_group_size=ROW_GROUP_ROWS
        )

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        try:
            self._writer.close()
            if kind is None:
                self._partial.rename(self.path)
        finally:
            # on a disk that is full nothing is left
            self._partial.unlink(missing_ok=True)
