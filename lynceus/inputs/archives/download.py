"""One raw table from its service: the cones in pieces, then the pieces as one table."""

import json
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from tqdm import tqdm

from lynceus.inputs.archives.adql import columns_used, query_template, schema_query
from lynceus.inputs.archives.chunks import ChunkStore, counted_rows
from lynceus.inputs.archives.client import QueryRefused, TapClient
from lynceus.inputs.archives.cones import cones_hash, write_coverage
from lynceus.inputs.archives.services import TABLES, ArchiveError, configured
from lynceus.inputs.raw_tables import RawTableWriter, raw_tables

WORK_FOLDER = ".download"
MERGE_MEMORY = "2GB"  # what does not fit goes to disk
MERGE_BATCH_ROWS = 100_000
MOST_SCHEMA_COLUMNS = 10_000
# The Chandra-Gaia match needs the sky area of the optical catalogue for its density.
TABLES_WITH_COVERAGE = {"gaia_source"}


@dataclass(frozen=True)
class Settings:
    """How to download; sizes left at None are each service's own. Times in s."""

    urls: dict[str, str] = field(default_factory=dict)
    rows_per_query: int | None = None
    cones_per_query: int | None = None
    tries: int = 5
    wait_s: float = 2.0
    timeout_s: float = 300.0
    progress: bool = True


def download(name, cones, folder, settings=Settings()):
    """Write `<folder>/<name>.parquet` with the rows in the cones, unique and sorted by their key.

    Finished pieces of an earlier run are not asked for again; delete `<folder>/.download` to start
    afresh.

    Parameters
    ----------
    name : str
        A table of `services.TABLES`.
    cones : (n, 3) array
        ra, dec (ICRS deg) and radius (deg), as `cones.checked` returns them.
    folder : path
        Folder of the raw tables; made if absent.
    settings : Settings

    Returns
    -------
    dict
        What was written into `provenance.json` about this table.

    Raises
    ------
    ArchiveError
        If a column is missing at the service, or the rows cannot be had complete.
    """
    folder = Path(folder)
    table = TABLES[name]
    service = configured(
        table.service, settings.urls, settings.rows_per_query, settings.cones_per_query
    )
    client = TapClient(service.url, settings.tries, settings.wait_s, settings.timeout_s)
    work = folder / WORK_FOLDER / name
    store = ChunkStore(table, service, client, work, _absent_columns(table, client))
    pieces = _all_pieces(store, cones, settings.progress)
    rows, conflicts = _merge(pieces, name, folder)
    if name in TABLES_WITH_COVERAGE:
        write_coverage(cones, folder / f"{name}_coverage.moc.fits")
    entry = {
        "service": service.url,
        "query": query_template(table, service, store.columns),
        "cones": len(cones),
        "cones_sha256": cones_hash(cones),
        "downloaded": datetime.now(UTC).isoformat(timespec="seconds"),
        "rows": rows,
        "rows_counted_by_service": counted_rows(pieces),
        "keys_with_differing_rows": conflicts,
        "columns_absent": sorted(store.absent),
    }
    _add_provenance(folder / "provenance.json", name, entry)
    return entry


def _absent_columns(table, client):
    """Return the optional columns the service lacks.

    Raises
    ------
    ArchiveError
        If it lacks one that is not optional.
    """
    known = {alias: _known_columns(client, name) for alias, name in table.sources.items()}
    absent = set()
    for name, source in table.columns.items():
        for alias, column in columns_used(source):
            if known[alias] and column.lower() not in known[alias]:
                if name not in table.optional:
                    raise ArchiveError(
                        f"{table.name}: {client.url} has no column {column} in {table.sources[alias]}"
                    )
                absent.add(name)
    return frozenset(absent)


def _known_columns(client, archive_table):
    """Return the lower-case column names of a table at the service; none if it does not tell."""
    try:
        answer, _ = client.ask(schema_query(archive_table), maxrec=MOST_SCHEMA_COLUMNS)
    except QueryRefused:  # no TAP_SCHEMA: the data query will say what is wrong
        return set()
    return {str(name).strip().strip('"').lower() for name in answer.columns[0]}


def _all_pieces(store, cones, progress):
    """Return the files of all cones' pieces, downloading what is missing; shows chunks done and
    rows so far.
    """
    pieces, rows = [], 0
    with tqdm(
        store.regions(cones),
        desc=store.table.name,
        unit="chunk",
        disable=not progress,
        file=sys.stderr,
    ) as bar:
        for region in bar:
            for piece in store.pieces(region):
                pieces.append(piece)
                rows += counted_rows([piece])
                bar.set_postfix_str(f"{rows:,} rows")
    return pieces


def _merge(pieces, name, folder):
    """Write the pieces as one table, unique on the key; return its rows and how many keys had
    differing rows.

    Of rows that share a key but differ, the first in the order of all columns stays: the same at
    every run.
    """
    table = raw_tables()[name]
    key = ", ".join(f'"{column}"' for column in table.key)
    order = ", ".join(f'"{column.name}"' for column in table.columns)
    with duckdb.connect() as connection:
        # the row groups, and so the bytes, would depend on their number
        connection.execute("set threads = 1")
        connection.execute(f"set memory_limit = '{MERGE_MEMORY}'")
        connection.execute(f"set temp_directory = '{_escaped(folder / WORK_FOLDER / 'merge')}'")
        files = ", ".join(f"'{_escaped(piece)}'" for piece in sorted(set(pieces)))
        connection.execute(f"create view pieces as select distinct * from read_parquet([{files}])")
        conflicts = connection.sql(
            f"select count(*) from (select 1 from pieces group by {key} having count(*) > 1)"
        ).fetchall()[0][0]
        unique = connection.sql(
            f"select * from pieces qualify row_number() over (partition by {key} order by {order}) = 1 order by {key}"
        )
        rows = 0
        with RawTableWriter(folder, name) as writer:
            for batch in unique.to_arrow_reader(MERGE_BATCH_ROWS):
                writer.write(dict(zip(batch.schema.names, batch.columns)))
                rows += len(batch)
    return rows, conflicts


def _escaped(path):
    return str(path).replace("'", "''")


def _add_provenance(path, name, entry):
    """Set one table's entry in the provenance file, keeping the other tables'; a file that was cut
    off is set aside.
    """
    entries = {}
    try:
        entries = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        damaged = not isinstance(entries, dict)
    except ValueError:
        damaged = True
    if damaged:
        aside, entries = path.with_name("provenance.damaged.json"), {}
        path.rename(aside)
        print(
            f"{path} was cut off: what is left of it is {aside.name}, and only {name} is in the new one",
            file=sys.stderr,
        )
    partial = path.with_suffix(".json.part")
    try:
        partial.write_text(json.dumps(entries | {name: entry}, indent=2) + "\n", encoding="utf-8")
        partial.rename(path)
    finally:
        partial.unlink(missing_ok=True)
