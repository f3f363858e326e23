"""Every released table in every reader at hand: each value as DuckDB has it, and what the checkers of
the formats say of the files.
"""

import os
import re
import shutil
import subprocess
import sys
import warnings

import duckdb
import numpy as np
import pyarrow.parquet as pq
import pytest
from astropy import units
from astropy.coordinates import SkyCoord
from astropy.io import fits, votable
from astropy.io.votable.dataorigin import extract_data_origin
from astropy.table import Table
from released_examples import table_of_fits, table_of_votable

import lynceus
from lynceus.release.origin import citation
from lynceus.release.tables import released_tables

# erg is deprecated in VOUnit and says so whenever it is read
pytestmark = pytest.mark.filterwarnings("ignore::astropy.units.UnitsWarning")

INTEGERS = ("bigint", "integer", "smallint")


class Release:
    """A release, the database it was made from, and its tables."""

    def __init__(self, folder, database, dbt_manifest):
        self.folder = folder
        self.tables = released_tables(dbt_manifest)
        with duckdb.connect(str(database), read_only=True) as connection:
            self._columns = {
                table.name: by_name(table, rows_of(connection, table)) for table in self.tables
            }

    def path(self, table, suffix):
        """Return the path of a table's file."""
        return self.folder / f"{table.stem}{suffix}"

    def paths(self, suffix):
        """Return the paths of all files of an ending, by table."""
        return {table.name: self.path(table, suffix) for table in self.tables}

    def columns(self, table):
        """Return the columns of a table as the database has them, in the order of the release."""
        return self._columns[table.name]


def rows_of(connection, table):
    order = ", ".join(f'"{name}" asc nulls last' for name in table.order)
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    return connection.execute(
        f'select {names} from "{table.schema}"."{table.name}" order by {order}'
    ).fetchall()


@pytest.fixture(scope="session")
def released(undisturbed):
    return Release(
        undisturbed.folder / "releases" / "latest",
        undisturbed.database,
        undisturbed.target / "manifest.json",
    )


def by_name(table, rows):
    values = zip(*rows) if rows else ((),) * len(table.columns)
    return {column.name: list(found) for column, found in zip(table.columns, values, strict=True)}


# ---- readers: each returns the columns of a table as lists, with None where a value is missing


def with_pyarrow(table, path):
    return pq.read_table(path).to_pydict()


def with_duckdb(table, path):
    return by_name(table, duckdb.sql(f"from '{path}'").fetchall())


def with_pandas(table, path):
    """Return what pandas reads without an option."""
    import pandas

    frame = pandas.read_parquet(path)
    for column in table.columns:
        # the library must not have gone by way of a double
        assert column.data_type not in INTEGERS or frame[column.name].dtype.kind == "i"
    return {
        name: frame[name].astype(object).where(frame[name].notna(), None).tolist() for name in frame
    }


def with_polars(table, path):
    polars = pytest.importorskip("polars", reason="polars is not installed")
    return polars.read_parquet(path).to_dict(as_series=False)


def with_lynceus(table, path):
    return columns_of(lynceus.read_table(path))


def with_astropys_voparquet(table, path):
    """Return what astropy's own reader makes of a file: doubles of integers with NULL, and the text
    None of a NULL text.
    """
    with warnings.catch_warnings(action="error"):
        warnings.simplefilter("ignore", units.UnitsWarning)
        found = Table.read(path, format="parquet.votable")
    for column in table.columns:
        assert (found[column.name].unit is None) == (column.unit is None)
        assert found[column.name].description == column.description
    return columns_of(found)


def with_astropys_fits(table, path):
    return columns_of(table_of_fits(path))


def with_astropys_votable(table, path):
    return columns_of(table_of_votable(path))


def with_fitsio(table, path):
    """Return what fitsio reads; it knows neither TNULL nor a logical that is missing."""
    fitsio = pytest.importorskip("fitsio", reason="fitsio is not installed")
    with fitsio.FITS(str(path)) as file:
        rows, header = file[1].read(), file[1].read_header()
    found = {}
    for number, column in enumerate(table.columns, start=1):
        missing = header.get(f"TNULL{number}")
        values = rows[column.name].tolist() if len(rows) else []
        found[column.name] = [
            None if value == "" or value != value or value == missing else value for value in values
        ]
    return found


def with_stilts(released, suffix, folder):
    """Return the columns of every table as STILTS reads them: all go through one run of it, into one
    VOTable.
    """
    paths = released.paths(suffix)
    (folder / "names").write_text("".join(f"{path}\n" for path in paths.values()))
    stilts(
        "tmulti",
        f"in=@{folder / 'names'}",
        f"ifmt={'fits' if suffix == '.fits' else 'votable'}",
        "icmd=clearparams *",  # astropy refuses its parameters of two dimensions
        "ofmt=votable-binary2-inline",
        f"out={folder / 'all.vot'}",
    )
    with warnings.catch_warnings(action="ignore"):
        read = votable.parse(folder / "all.vot", verify="ignore")
    found = {}
    for table, element in zip(released.tables, read.iter_tables(), strict=True):
        found[table.name] = columns_of(element.to_table())
    return found


def columns_of(table):
    """Return the columns of an astropy table; masked, NaN and empty text are missing."""

    def plain(value):
        return None if value == "" or value != value else value

    return {name: list(map(plain, table[name].tolist())) for name in table.colnames}


def stilts(*arguments):
    if not shutil.which("stilts"):
        pytest.skip("STILTS is not installed")
    done = subprocess.run(["stilts", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


# ---- what each reader cannot tell apart


def exactly(value, kind):
    return value


def no_empty_text(value, kind):
    return None if value == "" else value


def ascii_text(value, kind):
    """FITS has ASCII alone, and no text but an empty one for NULL."""
    if kind != "varchar" or not value:
        return no_empty_text(value, kind)
    return value.encode("ascii", "backslashreplace").decode().rstrip()


def ascii_text_and_no_missing_logical(value, kind):
    return bool(value) if kind == "boolean" else ascii_text(value, kind)


def as_astropy_reads_parquet(values, kind):
    """Doubles for integers with NULL; None is a text."""
    if kind == "varchar":
        return [str(value) or None for value in values]
    if kind in INTEGERS and None in values:
        return [value if value is None else float(value) for value in values]
    return values


READERS = {
    "pyarrow": (with_pyarrow, ".parquet", exactly),
    "duckdb": (with_duckdb, ".parquet", exactly),
    "pandas": (with_pandas, ".parquet", exactly),
    "polars": (with_polars, ".parquet", exactly),
    "lynceus": (with_lynceus, ".parquet", no_empty_text),
    "astropy, FITS": (with_astropys_fits, ".fits", ascii_text),
    "astropy, VOTable": (with_astropys_votable, ".vot", no_empty_text),
    "fitsio": (with_fitsio, ".fits", ascii_text_and_no_missing_logical),
}


@pytest.mark.parametrize("name", READERS)
def test_every_reader_reads_every_value_of_every_table(released, name):
    read, suffix, told = READERS[name]
    n_values = 0
    for table in released.tables:
        found = read(table, released.path(table, suffix))
        for column in table.columns:
            kind, values = column.data_type, released.columns(table)[column.name]
            expected = [told(value, kind) for value in values]
            assert found[column.name] == expected, f"{table.name}.{column.name}"
            n_values += len(values)
    assert n_values > 500_000


def test_astropys_own_parquet_votable_reads_every_table(released):
    for table in released.tables:
        found = with_astropys_voparquet(table, released.path(table, ".parquet"))
        for column in table.columns:
            expected = as_astropy_reads_parquet(
                released.columns(table)[column.name], column.data_type
            )
            assert found[column.name] == expected, f"{table.name}.{column.name}"


@pytest.mark.parametrize("suffix", [".fits", ".vot"])
def test_stilts_reads_every_value_of_every_table(released, tmp_path, suffix):
    told = ascii_text if suffix == ".fits" else no_empty_text
    found = with_stilts(released, suffix, tmp_path)
    for table in released.tables:
        for column in table.columns:
            expected = [
                told(value, column.data_type) for value in released.columns(table)[column.name]
            ]
            assert found[table.name][column.name] == expected, f"{table.name}.{column.name}"


def test_an_identifier_that_a_double_cannot_hold_stands_as_text_beside_its_number(released):
    found = {}
    for table in released.tables:
        columns = released.columns(table)
        for column in table.columns:
            values = [value for value in columns[column.name] if value is not None]
            if column.data_type == "bigint" and len(values) < len(columns[column.name]):
                if any(int(float(value)) != value for value in values):
                    found[table.name, column.name] = columns
    assert {name for _, name in found} >= {"gaia_source_id", "nway_gaia_source_id"}
    for (_, name), columns in found.items():
        texts = columns.get(
            name.replace("source_id", "designation"), columns.get("survey_source_id")
        )
        for number, text in zip(columns[name], texts, strict=True):
            assert number is None or text.removeprefix("Gaia DR3 ") == str(number)


# ---- what the checkers of each format say


def checked(command, paths):
    if not shutil.which(command[0]):
        pytest.skip(f"{command[0]} is not installed")
    return subprocess.run([*command, *map(str, paths)], capture_output=True, text=True, check=False)


def fits_files(released):
    return [*released.paths(".fits").values(), released.folder / "coverage.moc.fits"]


def test_fitsverify_finds_nothing(released):
    done = checked(["fitsverify", "-q"], fits_files(released))
    lines = done.stdout.splitlines()
    assert len(lines) == len(released.tables) + 1
    assert all(line.startswith("verification OK") for line in lines), done.stdout


def test_fitscheck_finds_nothing(released):
    command = os.path.join(os.path.dirname(sys.executable), "fitscheck")
    done = checked([command], fits_files(released))
    assert done.returncode == 0 and not done.stdout + done.stderr


def test_votlint_finds_nothing(released, tmp_path):
    """All tables as one document, as each run of STILTS takes a second."""
    parts = []
    for number, path in enumerate(released.paths(".vot").values()):
        text = path.read_text()
        resource = text[text.index("<RESOURCE") : text.index("</VOTABLE>")]
        parts.append(re.sub(r'\b(ID|ref)="', rf'\1="of_{number}_', resource))
    head = text[: text.index("<RESOURCE")]
    (tmp_path / "all.vot").write_text(f"{head}{''.join(parts)}</VOTABLE>\n")
    assert stilts("votlint", str(tmp_path / "all.vot")) == ""


def test_votlint_finds_a_fault(released, tmp_path):
    text = released.paths(".vot")["best_matches"].read_text()
    (tmp_path / "wrong.vot").write_text(text.replace('ref="icrs"', 'ref="nothing"', 1))
    assert "nothing" in stilts("votlint", str(tmp_path / "wrong.vot"))


# ---- what files say of where they are from


def test_every_header_says_where_the_file_is_from_and_that_the_sky_is_simulated(released):
    release = released.folder.resolve().name
    said = {
        "DATE": citation()["date-released"].isoformat(),
        "ORIGIN": "Lynceus",
        "CREATOR": f"Lynceus {citation()['version']}",
        "RELEASE": release,
        "LICENSE": "BSD-3-Clause",
        "SIMULATD": True,
    }
    for path in fits_files(released):
        with fits.open(path) as hdus:
            for hdu in hdus:
                assert {keyword: hdu.header[keyword] for keyword in said} == said, path.name
                assert citation()["version"] in hdu.header["REFERENC"]
    for table in released.tables:
        metadata = pq.read_schema(released.path(table, ".parquet")).metadata
        assert metadata[b"simulated"] == b"true" and metadata[b"rights"] == b"BSD-3-Clause"
        if table.is_mrt:
            assert "simulated = true" in released.path(table, ".mrt").read_text()
    figures = list((released.folder / "figures").glob("*.svg"))
    assert figures and all("simulated sky" in path.read_text() for path in figures)


def test_a_votable_tells_its_origin_its_frames_and_its_times(released):
    (table,) = (table for table in released.tables if table.name == "best_matches")
    document = votable.parse(released.path(table, ".vot"), verify="exception")
    (origin,) = extract_data_origin(document).origin
    assert origin.resource_version == [released.folder.resolve().name]
    assert origin.rights == ["BSD-3-Clause"] and len(origin.cites) == len(citation()["references"])
    (resource,) = document.resources
    assert {frame.ID: (frame.system, frame.epoch) for frame in resource.coordinate_systems} == {
        "icrs": ("ICRS", None),
        "icrs_2016.0": ("ICRS", "J2016.0"),
    }
    (times,) = resource.time_systems
    assert (times.timescale, times.refposition) == ("UTC", "TOPOCENTER")
    refers = {field.name: field.ref for field in document.get_first_table().fields}
    assert {name: ref for name, ref in refers.items() if ref} == {
        "csc_ra": "icrs",
        "csc_dec": "icrs",
        "gaia_ra": "icrs_2016.0",
        "gaia_dec": "icrs_2016.0",
        "gaia_ra_xray_epoch": "icrs",
        "gaia_dec_xray_epoch": "icrs",
        "xray_epoch": "utc",
    }


# ---- what the tables say


XRAY, MOVED = ("csc_ra", "csc_dec"), ("gaia_ra_xray_epoch", "gaia_dec_xray_epoch")
GAIA = ("gaia_ra", "gaia_dec")


@pytest.mark.parametrize(
    ("name", "separation", "one", "other"),
    [
        ("best_matches", "separation", XRAY, MOVED),
        ("alternate_matches", "separation", XRAY, MOVED),
        ("ambiguous_matches", "separation", XRAY, MOVED),
        ("candidate_pairs", "separation", XRAY, MOVED),
        ("candidate_pairs", "separation_gaia_epoch", XRAY, GAIA),
        ("xray_sources", "separation", XRAY, MOVED),
        ("source_photometry", "separation", XRAY, ("survey_ra", "survey_dec")),
        ("xclass_classes", "separation", ("ra", "dec"), ("hsc_ra", "hsc_dec")),
    ],
)
def test_a_separation_is_that_of_the_positions_beside_it(released, name, separation, one, other):
    (table,) = (table for table in released.tables if table.name == name)
    rows = lynceus.read_table(released.path(table, ".parquet"))
    rows = rows[~np.ma.getmaskarray(rows[separation])]
    here, there = (SkyCoord(rows[ra], rows[dec]) for ra, dec in (one, other))
    found = here.separation(there).arcsec
    assert len(found) and np.abs(found - rows[separation]).max() < 1e-6
    if other == MOVED:  # which matters: at Gaia's own epoch many are apart by more
        apart = here.separation(SkyCoord(rows["gaia_ra"], rows["gaia_dec"])).arcsec
        assert np.abs(apart - found).max() > 0.01


def test_one_name_per_key(released):
    names = {column.name for table in released.tables for column in table.columns}
    assert not {name for name in names if name.startswith(("csc21", "gaia3"))}
    for table in released.tables:
        held = {column.name for column in table.columns}
        assert not {"source_id", "xray_name", "source_name"} & held, table.name
        # of an X-ray source's row the key is csc_name, of a Gaia source's gaia_source_id
        for column in table.columns:
            said = column.description
            if said.startswith('CSC source name, "2CXO') or said == "Gaia DR3 source identifier.":
                assert column.name in ("csc_name", "gaia_source_id"), f"{table.name}.{column.name}"


def test_an_error_of_a_probability_is_never_zero(released):
    asked = 0
    for table in released.tables:
        for column in table.columns:
            if column.ucd == "stat.stdev;stat.probability" or column.name.startswith("e_p_"):
                values = released.columns(table)[column.name]
                assert 0 not in values, f"{table.name}.{column.name}"
                asked += sum(value is not None for value in values)
    assert asked > 1000
