"""Released tables as Parquet: sorted, and with their units, UCDs and meanings inside (VOParquet).

The bytes depend on the rows alone, not on the order they lie in or on the number of threads.

What each reader needs stands in the file: pandas turns integers with NULL into doubles, and the last
digits of a Gaia id are lost, unless the file names the type that holds them; astropy's reader needs
the length of texts with NULL.

References
----------
IVOA Note VOParquet 1.0 (2025-01-16), "Parquet in the VO". pandas, developer guide: storing pandas
DataFrame objects in Apache Parquet format.
"""

import json
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lynceus.release.records import text_columns
from lynceus.release.tables import ReleaseError
from lynceus.release.votable import document

# DuckDB's own size: what one of its threads scans at a time
ROW_GROUP_ROWS = 122_880

ARROW_TYPES = {
    "varchar": pa.string(),
    "double": pa.float64(),
    "float": pa.float32(),
    "bigint": pa.int64(),
    "integer": pa.int32(),
    "smallint": pa.int16(),
    "boolean": pa.bool_(),
}
# of columns with NULL: pandas' type, and its name of the type of the values
PANDAS_TYPES = {
    "bigint": ("Int64", "int64"),
    "integer": ("Int32", "int32"),
    "smallint": ("Int16", "int16"),
    "boolean": ("boolean", "bool"),
}


@dataclass(frozen=True)
class Extent:
    """How far the values of a table reach: the longest text of each column of text, and the names
    of the columns of integers and booleans that have NULL.
    """

    text_lengths: dict[str, int]
    nullable: frozenset[str]


def write_parquet(connection, table, path, origin):
    """Write one released table, sorted; equal rows in, equal bytes out.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
    table : ReleasedTable
    path : path
        The file to write.
    origin : Origin

    Raises
    ------
    ReleaseError
        If a column holds NaN (missing is NULL) or text with a NUL character, where FITS and VOTable
        end it.
    """
    schema = arrow_schema(table, _extent(connection, table), origin)
    columns = ", ".join(f'"{name}"' for name in schema.names)
    order = ", ".join(f'"{name}" asc nulls last' for name in table.order)
    rows = connection.sql(f'select {columns} from "{table.schema}"."{table.name}" order by {order}')
    sorting = pq.SortingColumn.from_ordering(
        schema, [(name, "ascending") for name in table.order], "at_end"
    )
    with pq.ParquetWriter(path, schema, compression="zstd", sorting_columns=sorting) as writer:
        for group in _row_groups(rows.to_arrow_reader(ROW_GROUP_ROWS), schema):
            _refuse_unwritable(table, group)
            writer.write_table(group, row_group_size=ROW_GROUP_ROWS)


def arrow_schema(table, extent, origin):
    """Return the Arrow schema: unit, UCD and description on each field; on the file a data-less
    VOTable, and what pandas and astropy need to read the values as they are.
    """
    fields = [
        pa.field(column.name, ARROW_TYPES[column.data_type], metadata=_field_metadata(column))
        for column in table.columns
    ]
    # "n*" is at most n characters; astropy cannot join the two parts where the text has no bound
    types = {name: ("unicodeChar", f"{length}*") for name, length in extent.text_lengths.items()}
    # astropy reads booleans with NULL as objects, and joins them with lists of at most one alone
    types |= {
        column.name: ("boolean", "1*")
        for column in table.columns
        if column.data_type == "boolean" and column.name in extent.nullable
    }
    metadata = {
        "IVOA.VOTable-Parquet.version": "1.0",
        "IVOA.VOTable-Parquet.content": "".join(document(table, types, origin)),
        "pandas": json.dumps(_pandas_metadata(table, extent.nullable)),
    }
    # a missing text is "None" for astropy, which would cut that too
    metadata |= {
        f"table::len::{name}": str(max(length, 4)) for name, length in extent.text_lengths.items()
    }
    return pa.schema(fields, metadata=metadata | dict(origin.infos()))


def _pandas_metadata(table, nullable):
    """Return pandas' metadata: no index, and types that hold NULL beside every integer."""
    columns = [
        {
            "name": column.name,
            "field_name": column.name,
            "pandas_type": PANDAS_TYPES[column.data_type][1],
            "numpy_type": PANDAS_TYPES[column.data_type][0],
            "metadata": None,
        }
        for column in table.columns
        if column.name in nullable
    ]
    return {"index_columns": [], "column_indexes": [], "columns": columns}


def _extent(connection, table):
    texts = text_columns(table)
    counted = [column.name for column in table.columns if column.data_type in PANDAS_TYPES]
    asked = [f'max(length("{name}"))' for name in texts]
    asked += [f'count(*) > count("{name}")' for name in counted]
    if not asked:
        return Extent({}, frozenset())
    found = connection.execute(
        f'select {", ".join(asked)} from "{table.schema}"."{table.name}"'
    ).fetchall()[0]
    lengths = {name: length or 1 for name, length in zip(texts, found)}
    has_null = zip(counted, found[len(texts) :], strict=True)
    return Extent(lengths, frozenset(name for name, some in has_null if some))


def _field_metadata(column):
    labels = {"unit": column.unit, "ucd": column.ucd, "description": column.description}
    return {label: text for label, text in labels.items() if text}


def _row_groups(batches, schema):
    # DuckDB's batches end where its own row groups do; pages must not show it
    waiting = schema.empty_table()
    for batch in batches:
        waiting = pa.concat_tables([waiting, pa.Table.from_batches([batch]).cast(schema)])
        while waiting.num_rows >= ROW_GROUP_ROWS:
            yield waiting.slice(0, ROW_GROUP_ROWS).combine_chunks()
            waiting = waiting.slice(ROW_GROUP_ROWS)
    if waiting.num_rows:
        yield waiting.combine_chunks()


def _refuse_unwritable(table, group):
    for field in group.schema:
        values = group.column(field.name)
        if pa.types.is_floating(field.type):
            faults, fault = pc.is_nan(values), "NaN; missing is NULL"
        elif pa.types.is_string(field.type):
            faults, fault = (
                pc.match_substring(values, "\0"),
                "a NUL character, which ends a text in FITS and VOTable",
            )
        else:
            continue
        if count := pc.sum(faults).as_py():
            raise ReleaseError(
                f"{table.schema}.{table.name}.{field.name}: at least {count} rows hold {fault}"
            )
