"""Released tables as Parquet: sorted, and with their units, UCDs and meanings inside (VOParquet).

The bytes depend on the rows alone, not on the order they lie in or on the number of threads.

References
----------
IVOA Note VOParquet 1.0 (2025-01-16), "Parquet in the VO".
"""

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


def write_parquet(connection, table, path):
    """Write one released table, sorted; equal rows in, equal bytes out.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
    table : ReleasedTable
    path : path
        The file to write.

    Raises
    ------
    ReleaseError
        If a column holds NaN (missing is NULL) or text with a NUL character, where FITS and VOTable
        end it.
    """
    schema = arrow_schema(table, _text_lengths(connection, table))
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


def arrow_schema(table, text_lengths):
    """Return the Arrow schema: unit, UCD and description on each field, a data-less VOTable on the
    file.
    """
    fields = [
        pa.field(column.name, ARROW_TYPES[column.data_type], metadata=_field_metadata(column))
        for column in table.columns
    ]
    # "n*" is at most n characters; astropy cannot join the two parts where the text has no bound
    text_types = {name: ("unicodeChar", f"{length}*") for name, length in text_lengths.items()}
    content = "".join(document(table, text_types))
    return pa.schema(
        fields,
        metadata={"IVOA.VOTable-Parquet.version": "1.0", "IVOA.VOTable-Parquet.content": content},
    )


def _text_lengths(connection, table):
    names = text_columns(table)
    if not names:
        return {}
    longest = ", ".join(f'max(length("{name}"))' for name in names)
    lengths = connection.execute(
        f'select {longest} from "{table.schema}"."{table.name}"'
    ).fetchall()[0]
    return {name: length or 1 for name, length in zip(names, lengths, strict=True)}


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
