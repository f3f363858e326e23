"""Export of 1,000,000 rows to Parquet, FITS and VOTable beside astropy's own writers.

    python -m bench.export [--rows 1000000]

Each case runs in a process of its own, so that its peak memory is its own. astropy's VOTable writer
goes row by row; it is timed on a tenth of the rows and its seconds scaled.
"""

import argparse
import multiprocessing
import resource
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import duckdb
import pyarrow.compute as pc
import pyarrow.parquet as pq
from astropy.table import MaskedColumn, Table

from lynceus.release.fits import write_fits
from lynceus.release.origin import Origin
from lynceus.release.parquet import write_parquet
from lynceus.release.tables import Column, ReleasedTable
from lynceus.release.votable import write_votable

# SQL of each column from a row number i; hash() stands for random, a tenth of the nullable ones is
# NULL
COLUMNS = {
    "csc_name": (
        "varchar",
        None,
        "meta.id",
        "'2CXO J' || lpad((hash(i) % 10000000)::varchar, 13, '0')",
    ),
    "gaia_source_id": (
        "bigint",
        None,
        "meta.id.cross",
        "if(i % 10 = 0, null, 5853498713190525696 + i)",
    ),
    "csc_ra": ("double", "deg", "pos.eq.ra", "(hash(i, 1) % 360000000) / 1e6"),
    "csc_dec": ("double", "deg", "pos.eq.dec", "(hash(i, 2) % 180000000) / 1e6 - 90"),
    "n_candidates": ("integer", None, "meta.number", "(hash(i, 3) % 30)::integer"),
    "n_detections": (
        "integer",
        None,
        "meta.number",
        "if(i % 10 = 1, null, (hash(i, 4) % 90)::integer)",
    ),
    "chip": ("smallint", None, "meta.id", "if(i % 10 = 2, null, (hash(i, 5) % 10)::smallint)"),
    "sep_ok": ("boolean", None, "meta.code", "if(i % 10 = 3, null, hash(i, 6) % 2 = 0)"),
    "is_tie": ("boolean", None, "meta.code", "if(i % 10 = 4, null, hash(i, 7) % 50 = 0)"),
    "state": (
        "varchar",
        None,
        "meta.code",
        "if(i % 10 = 5, null, ['matched', 'no_candidate'][1 + i % 2])",
    ),
    "designation": ("varchar", None, "meta.id", "if(i % 10 = 6, null, 'Gaia DR3 ' || hash(i, 8))"),
    **{
        f"value_{number}": (
            "double",
            "arcsec",
            "pos.angDistance",
            f"if(i % 10 = 7, null, hash(i, {number}) / 1e19)",
        )
        for number in range(9, 18)
    },
}
TABLE = ReleasedTable(
    "release",
    "matches",
    "A table to time. One row per number.",
    tuple(Column(name, *kind[:3], "A column to time.") for name, kind in COLUMNS.items()),
    ("csc_name",),
)
ORIGIN = Origin(release="bench")


def make_database(path, rows):
    """Make a DuckDB file with the table, unsorted."""
    columns = ", ".join(f"({sql})::{kind} as {name}" for name, (kind, _, _, sql) in COLUMNS.items())
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema release")
        connection.execute(
            f"create table release.matches as select {columns} from range({rows}) as numbers(i)"
        )


def lynceus_parquet(folder, _):
    with duckdb.connect(str(folder / "bench.duckdb"), read_only=True) as connection:
        connection.execute("set enable_progress_bar = false")
        write_parquet(connection, TABLE, folder / "matches.parquet", ORIGIN)


def lynceus_fits(folder, _):
    write_fits(TABLE, folder / "matches.parquet", folder / "matches.fits", ORIGIN)


def lynceus_votable(folder, _):
    write_votable(TABLE, folder / "matches.parquet", folder / "matches.vot", ORIGIN)


def astropy_fits(folder, rows):
    astropy_table(folder, rows).write(folder / "astropy.fits", overwrite=True)


def astropy_votable(folder, rows):
    astropy_table(folder, rows).write(
        folder / "astropy.vot", format="votable", tabledata_format="binary2"
    )


def astropy_table(folder, rows):
    """Return the released rows as an astropy table, missing values masked."""
    columns = {}
    for name, array in zip(
        COLUMNS, pq.read_table(folder / "matches.parquet").slice(0, rows).columns, strict=True
    ):
        filler = {"string": "", "bool": False}.get(str(array.type), 0)
        values = pc.fill_null(array, filler).to_numpy()
        mask = pc.is_null(array).to_numpy() if array.null_count else False
        columns[name] = MaskedColumn(values.astype("U") if filler == "" else values, mask=mask)
    return Table(columns)


def measured(case, folder, rows):
    """Return the seconds of one case and the peak memory of this process in MB."""
    start = time.perf_counter()
    case(folder, rows)
    seconds = time.perf_counter() - start
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def alone(case, folder, rows):
    """Run one case in a fresh process."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        return pool.submit(measured, case, folder, rows).result()


def main():
    """Print seconds, share of astropy's seconds, and peak memory of each writer."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    # each of ours, then astropy's of the same format, if any, and the share of rows it writes
    cases = [
        ("Parquet", lynceus_parquet, None, 1),
        ("FITS", lynceus_fits, astropy_fits, 1),
        ("VOTable", lynceus_votable, astropy_votable, 10),
    ]
    print(f"{rows:,} rows x {len(COLUMNS)} columns")
    print(
        f"{'format':<8} {'seconds':>8} {'MB':>6} {'astropy s':>10} {'MB':>6} {'rows':>10} {'times faster':>13}"
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_database(folder / "bench.duckdb", rows)
        for label, ours, theirs, share in cases:
            seconds, memory = alone(ours, folder, rows)
            line = f"{label:<8} {seconds:>8.2f} {memory:>6.0f}"
            if theirs:
                other, other_memory = alone(theirs, folder, rows // share)
                scaled = other * share
                line += f" {scaled:>10.1f} {other_memory:>6.0f} {rows // share:>10,} {scaled / seconds:>13.1f}"
            print(line)


if __name__ == "__main__":
    main()
