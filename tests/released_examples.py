"""A table that strains every format of a release, and how each format is read back."""

from pathlib import Path

import duckdb
import numpy as np
import pyarrow.parquet as pq
from astropy import units
from astropy.io import fits, votable
from astropy.table import Table

from lynceus.release.fits import write_fits
from lynceus.release.origin import Origin
from lynceus.release.parquet import write_parquet
from lynceus.release.tables import Column, ReleasedTable
from lynceus.release.votable import write_votable

ORIGIN = Origin(True, "0.0-test")
BIG = 2**53 + 1  # the first integer that a double cannot hold
INT_LEAST, ID_LEAST, SHORT_LEAST = -(2**31) + 1, -(2**63) + 1, -(2**15) + 1

COLUMNS = {
    "csc_name": ("varchar", None, "meta.id;meta.main"),
    "gaia_source_id": ("bigint", None, "meta.id.cross"),
    "n_candidates": ("integer", None, "meta.number"),
    "ccd": ("smallint", None, "meta.id;instr.det"),
    "is_tie": ("boolean", None, "meta.code"),
    "p_any": ("double", None, "stat.probability"),
    "phot_g_mean_mag": ("float", "mag", "phot.mag;em.opt"),
    "csc_ra": ("double", "deg", "pos.eq.ra;meta.main"),
    "csc_dec": ("double", "deg", "pos.eq.dec;meta.main"),
    "flux": ("double", "erg s**-1 cm**-2", "phot.flux;em.X-ray"),
}

ROWS = [
    ("2CXO J0001", BIG, 999999, 999, True, 0.25, 20.5, 0.0, 90.0, 1e-14),
    ("2CXO J0002", -BIG, INT_LEAST, SHORT_LEAST, False, 1.0, -1.5, 359.999, -90.0, 2e-15),
    ("2CXO J0003", ID_LEAST, 0, 32767, None, None, None, 180.0, 0.0, None),
    ("2CXO J0004", None, None, None, True, 1e-300, 0.0, 45.0, 45.0, 1e-300),
    (None, 2**63 - 1, 2**31 - 1, 0, None, 0.0, 3.25, 266.4, -29.0, 5e-13),
]


def table_of(columns, name="xray_sources", sort_by=("csc_name",)):
    described = tuple(
        Column(key, *kind, f"What {key} means & <how>.") for key, kind in columns.items()
    )
    return ReleasedTable(
        "release", name, "Sources of Ångström & al. One row per source.", described, sort_by
    )


def database_of(path, table, rows):
    """Make a DuckDB file with one released table."""
    with duckdb.connect(str(path)) as connection:
        fill(connection, table, rows)
    return path


def fill(connection, table, rows):
    declared = ", ".join(f"{column.name} {column.data_type}" for column in table.columns)
    connection.execute(f"create schema if not exists {table.schema}")
    connection.execute(f"create or replace table {table.schema}.{table.name} ({declared})")
    if rows:
        connection.executemany(
            f"insert into {table.schema}.{table.name} values ({', '.join('?' * len(table.columns))})",
            rows,
        )


def write_all(folder, table, rows):
    """Write one table in all formats; return the paths of the Parquet, FITS and VOTable file."""
    paths = [Path(folder) / f"{table.name}.{kind}" for kind in ("parquet", "fits", "vot")]
    with duckdb.connect() as connection:
        fill(connection, table, rows)
        write_parquet(connection, table, paths[0], ORIGIN)
    write_fits(table, paths[0], paths[1], ORIGIN)
    write_votable(table, paths[0], paths[2], ORIGIN)
    return paths


def rows_of_parquet(path):
    return [tuple(row.values()) for row in pq.read_table(path).to_pylist()]


def rows_of_fits(path):
    """Return rows as astropy reads them, NULL booleans by their byte, empty text as NULL."""
    return plain_rows(table_of_fits(path))


def table_of_fits(path):
    """Return a table as astropy reads it, NULL booleans masked by their byte."""
    table = Table.read(path, character_as_bytes=False)
    with fits.open(path, logical_as_bytes=True, character_as_bytes=False) as hdus:
        for name, code in zip(hdus[1].columns.names, hdus[1].columns.formats, strict=True):
            if code == "L":
                letters = np.asarray(hdus[1].data[name])
                table[name] = np.ma.masked_array(letters == b"T", letters == b"")
    return table


def rows_of_votable(path):
    """Return rows as astropy reads them, empty text as NULL; any breach of the standard is an
    error.
    """
    return plain_rows(table_of_votable(path))


def table_of_votable(path):
    """Return a table as astropy reads it; any breach of the standard is an error."""
    return votable.parse(path, verify="exception").get_first_table().to_table()


def plain_rows(table):
    def plain(value):
        if value is np.ma.masked:
            return None
        value = value.item() if isinstance(value, np.generic) else value
        return None if value == "" or value != value else value

    return [tuple(plain(value) for value in row) for row in table.iterrows()]


def sorted_rows(rows):
    return sorted(rows, key=lambda row: (row[0] is None, row[0]))


READERS = {"parquet": rows_of_parquet, "fits": rows_of_fits, "vot": rows_of_votable}


PRINTED = {
    "p_any": "%.4f",
    "phot_g_mean_mag": "%.3f",
    "csc_ra": "%.6f",
    "csc_dec": "%.6f",
    "flux": "%.4e",
}


def rounded(rows, names=COLUMNS):
    """Return rows as a machine-readable table prints them: numbers rounded, booleans 1 and 0."""

    def printed(name, value):
        return float(PRINTED[name] % value) if name in PRINTED and value is not None else value

    return [
        tuple(printed(name, value) for name, value in zip(names, row, strict=True)) for row in rows
    ]


def meanings(columns):
    return {
        column.name: (column.unit and str(column.unit), column.description) for column in columns
    }


def expected_meanings():
    texts = {
        name: unit and str(units.Unit(unit, format="vounit"))
        for name, (_, unit, _) in COLUMNS.items()
    }
    return {name: (text, f"What {name} means & <how>.") for name, text in texts.items()}
