"""The released tables: their columns, units, UCDs and meanings, and whether they may leave.

Everything is said once, in the YAML beside the models of the folders `release` and `formats`, which
holds tables in the columns of published ones; dbt's manifest.json carries it here. A table that
lacks a meaning, or says it wrongly, is refused before a file is written.
"""

import json
import re
import warnings
from dataclasses import dataclass
from pathlib import Path

from astropy import units
from astropy.io.votable.ucd import parse_ucd

from lynceus.release.adql_words import RESERVED

FOLDER, FORMATS = "release", "formats"

# The types all three file formats hold exactly, as DuckDB names them.
TYPES = ("varchar", "double", "float", "bigint", "integer", "smallint", "boolean")
SYNONYMS = {
    "real": "float",
    "text": "varchar",
    "string": "varchar",
    "int": "integer",
    "bool": "boolean",
}

# Names that are column names in SQL, FITS and VOTable alike, without quoting.
PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class ReleaseError(Exception):
    """Why a release may not be written; the message names the table and the column."""


@dataclass(frozen=True)
class Column:
    """One released column; `unit` is a VOUnit, None if dimensionless; `epoch` the Julian year of a
    position, None where it differs from row to row.
    """

    name: str
    data_type: str
    unit: str | None
    ucd: str | None
    description: str
    epoch: float | None = None


@dataclass(frozen=True)
class ReleasedTable:
    """One released table, in the database as `schema`.`name`."""

    schema: str
    name: str
    description: str
    columns: tuple[Column, ...]
    sort_by: tuple[str, ...] = ()
    is_mrt: bool = False  # also released as a machine-readable table of the AAS
    folder: str = ""  # of its files in a release

    @property
    def stem(self):
        """Return the path of its files in a release, without the ending."""
        return f"{self.folder}/{self.name}" if self.folder else self.name

    @property
    def order(self):
        """Return the names of all columns, those to sort by first: an order without ties."""
        rest = (column.name for column in self.columns if column.name not in self.sort_by)
        return (*self.sort_by, *rest)


def released_tables(dbt_manifest):
    """Return the tables of the folder `release` and then those of `formats`, each by name order.

    Parameters
    ----------
    dbt_manifest : path
        The manifest.json that dbt writes into its target folder.

    Returns
    -------
    list of ReleasedTable

    Raises
    ------
    ReleaseError
        If there is no such file, no such table, or a table fails its checks.
    """
    if not Path(dbt_manifest).exists():
        raise ReleaseError(f"{Path(dbt_manifest).name} is not there; `dbt build` writes it")
    nodes = json.loads(Path(dbt_manifest).read_text())["nodes"].values()
    tables = [
        _table(node)
        for node in nodes
        if node["resource_type"] == "model" and {FOLDER, FORMATS} & set(node["fqn"][:-1])
    ]
    if not any(not table.folder for table in tables):
        raise ReleaseError(f"the dbt project has no models in the folder {FOLDER}")
    check_tables(tables)
    return sorted(tables, key=lambda table: (table.folder, table.name))


def check_tables(tables):
    """Raise ReleaseError with every fault of every table, one a line."""
    faults = [fault for table in tables for fault in _table_faults(table)]
    if faults:
        raise ReleaseError("\n".join(faults))


def check_relation(connection, table):
    """Raise ReleaseError unless the database holds `table` with the declared columns and types."""
    found = connection.execute(
        "select column_name, lower(data_type) from information_schema.columns"
        " where table_schema = ? and table_name = ?",
        [table.schema, table.name],
    ).fetchall()
    if not found:
        raise ReleaseError(
            f"{table.schema}.{table.name} is not in the database; `dbt build` makes it"
        )
    declared = {(column.name, column.data_type) for column in table.columns}
    if differences := sorted(declared ^ set(found)):
        listed = ", ".join(f"{name} {kind}" for name, kind in differences)
        raise ReleaseError(
            f"{table.schema}.{table.name}: the YAML and the database differ in {listed}"
        )


def _table(node):
    config = node["config"].get("meta", {})
    return ReleasedTable(
        schema=node["schema"],
        name=node.get("alias") or node["name"],
        description=_one_line(node.get("description")),
        columns=tuple(_column(entry) for entry in node["columns"].values()),
        sort_by=tuple(config.get("released_order") or _primary_key(node)),
        is_mrt=bool(config.get("released_as_mrt")),
        folder=FORMATS if FORMATS in node["fqn"][:-1] else "",
    )


def _column(entry):
    meta = entry.get("meta") or entry.get("config", {}).get("meta", {})
    data_type = (entry.get("data_type") or "").lower()
    return Column(
        name=entry["name"],
        data_type=SYNONYMS.get(data_type, data_type),
        unit=meta.get("unit") or None,
        ucd=meta.get("ucd"),
        description=_one_line(entry.get("description")),
        epoch=meta.get("epoch"),
    )


def _primary_key(node):
    for constraint in node.get("constraints", []):
        if constraint["type"] == "primary_key":
            return constraint["columns"]
    return [
        name
        for name, entry in node["columns"].items()
        if any(constraint["type"] == "primary_key" for constraint in entry.get("constraints", []))
    ]


def _one_line(text):
    return " ".join((text or "").split())


def _table_faults(table):
    label = f"{table.schema}.{table.name}"
    names = [column.name for column in table.columns]
    if not table.description:
        yield f"{label}: no description"
    if not names:
        yield f"{label}: no columns are declared"
    for name in table.sort_by:
        if name not in names:
            yield f"{label}: released_order names {name}, which is not a column"
    for column in table.columns:
        for fault in _column_faults(column):
            yield f"{label}.{column.name}: {fault}"


def _column_faults(column):
    if not PLAIN_NAME.fullmatch(column.name):
        yield "the name is not letters, digits and underscores"
    if column.name.upper() in RESERVED:
        yield "the name is a reserved word of ADQL"
    if column.data_type not in TYPES:
        yield f"type {column.data_type or '(none)'} cannot be released; the types are {', '.join(TYPES)}"
    if not column.description:
        yield "no description"
    if not column.ucd:
        yield "no UCD"
    elif fault := _fault_of(parse_ucd, column.ucd, check_controlled_vocabulary=True):
        yield f"UCD {column.ucd!r} is not in the IVOA vocabulary: {fault}"
    if column.unit and (fault := _fault_of(vounit, column.unit)):
        yield f"unit {column.unit!r} is not a VOUnit: {fault}"


def _fault_of(parse, text, **options):
    try:
        parse(text, **options)
    except (ValueError, TypeError) as error:
        return str(error)
    return None


def vounit(text):
    """Return the unit that a VOUnit string names; ValueError if it names none."""
    with warnings.catch_warnings():
        # VOUnit deprecates erg but knows it; X-ray fluxes have no other customary unit
        warnings.simplefilter("ignore", units.UnitsWarning)
        return units.Unit(text, format="vounit", parse_strict="raise")
