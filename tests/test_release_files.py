"""What a release promises: exact values and meanings in every format, equal bytes, whole or not at all."""

import hashlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import warnings
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pyarrow.parquet as pq
import pytest
from astropy import units
from astropy.io import fits, votable
from astropy.io.votable.ucd import parse_ucd
from astropy.table import Table
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mocpy import MOC

import outputs.parquet
import outputs.release
from outputs.fits import write_fits
from outputs.mrt import write_mrt
from outputs.parquet import write_parquet
from outputs.release import main, write_release
from outputs.tables import Column, ReleasedTable, ReleaseError, check_tables, released_tables
from outputs.votable import write_votable

PROJECT = Path(__file__).resolve().parent.parent

pytestmark = [
    # erg is deprecated in VOUnit and says so whenever it is read
    pytest.mark.filterwarnings("ignore::astropy.units.UnitsWarning"),
    # astropy shows NULL booleans as false unless asked for bytes, as rows_of_fits does
    pytest.mark.filterwarnings("ignore:Column 'is_tie' contains NULL"),
]

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
    described = tuple(Column(key, *kind, f"What {key} means & <how>.") for key, kind in columns.items())
    return ReleasedTable("release", name, "Sources of Ångström & al. One row per source.", described, sort_by)


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
            f"insert into {table.schema}.{table.name} values ({', '.join('?' * len(table.columns))})", rows
        )


def write_all(folder, table, rows):
    """Write one table in all formats; return the paths of the Parquet, FITS and VOTable file."""
    paths = [Path(folder) / f"{table.name}.{kind}" for kind in ("parquet", "fits", "vot")]
    with duckdb.connect() as connection:
        fill(connection, table, rows)
        write_parquet(connection, table, paths[0])
    write_fits(table, paths[0], paths[1])
    write_votable(table, paths[0], paths[2], "0.0-test")
    return paths


def rows_of_parquet(path):
    return [tuple(row.values()) for row in pq.read_table(path).to_pylist()]


def rows_of_fits(path):
    """Return rows as astropy reads them, NULL booleans by their byte, empty text as NULL."""
    table = Table.read(path, character_as_bytes=False)
    with fits.open(path, logical_as_bytes=True, character_as_bytes=False) as hdus:
        for name, code in zip(hdus[1].columns.names, hdus[1].columns.formats, strict=True):
            if code == "L":
                letters = np.asarray(hdus[1].data[name])
                table[name] = np.ma.masked_array(letters == b"T", letters == b"")
    return plain_rows(table)


def rows_of_votable(path):
    """Return rows as astropy reads them, empty text as NULL; any breach of the standard is an error."""
    return plain_rows(votable.parse(path, verify="exception").get_first_table().to_table())


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


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The example table in three formats, by suffix."""
    paths = write_all(tmp_path_factory.mktemp("files"), table_of(COLUMNS), ROWS)
    return {path.suffix[1:]: path for path in paths}


# ---- values


@pytest.mark.parametrize("kind", READERS)
def test_ids_extremes_and_nulls_are_kept(files, kind):
    assert READERS[kind](files[kind]) == sorted_rows(ROWS)


@pytest.mark.parametrize("kind", READERS)
def test_an_empty_table_keeps_its_columns(tmp_path, kind):
    paths = {path.suffix[1:]: path for path in write_all(tmp_path, table_of(COLUMNS), [])}
    assert READERS[kind](paths[kind]) == []
    assert Table.read(paths["fits"]).colnames == list(COLUMNS)
    assert votable.parse_single_table(paths["vot"]).to_table().colnames == list(COLUMNS)


@pytest.mark.parametrize("kind", READERS)
def test_a_table_of_many_row_groups_is_whole(tmp_path, kind, monkeypatch):
    monkeypatch.setattr(outputs.parquet, "ROW_GROUP_ROWS", 7)  # record bytes then divide by 3 in no group
    rows = [(f"X{number:03}", number if number % 3 else None) for number in range(100)]
    table = table_of({key: COLUMNS[key] for key in ("csc_name", "gaia_source_id")})
    paths = {path.suffix[1:]: path for path in write_all(tmp_path, table, rows)}
    assert pq.read_metadata(paths["parquet"]).num_row_groups == 15
    assert READERS[kind](paths[kind]) == rows


def test_text_beyond_ascii_is_exact_but_escaped_in_fits(tmp_path):
    rows = [("Röntgen",), ("plain",), ("☉ 星",), ("𝒳",)]
    paths = write_all(tmp_path, table_of({"csc_name": COLUMNS["csc_name"]}), rows)
    assert rows_of_parquet(paths[0]) == sorted(rows)
    assert rows_of_votable(paths[2]) == sorted(rows)
    escaped = sorted(text.encode("ascii", "backslashreplace").decode() for (text,) in rows)
    assert sorted(text for (text,) in rows_of_fits(paths[1])) == escaped


def missing_or(values):
    return st.none() | values


ascii_text = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=30)
any_row = st.tuples(
    missing_or(ascii_text),
    missing_or(st.integers(ID_LEAST, 2**63 - 1)),
    missing_or(st.integers(INT_LEAST, 2**31 - 1)),
    missing_or(st.integers(SHORT_LEAST, 2**15 - 1)),
    missing_or(st.booleans()),
    missing_or(st.floats(allow_nan=False)),
    missing_or(st.floats(allow_nan=False, width=32)),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(any_row, max_size=20))
def test_whatever_is_written_is_read_back(tmp_path, rows):
    columns = dict(list(COLUMNS.items())[:7])
    for path in write_all(tmp_path, table_of(columns), rows):
        found = READERS[path.suffix[1:]](path)
        assert sorted(map(repr, found)) == sorted(map(repr, rows)), path.suffix


# ---- machine-readable tables of the AAS

PRINTED = {"p_any": "%.4f", "phot_g_mean_mag": "%.3f", "csc_ra": "%.6f", "csc_dec": "%.6f", "flux": "%.4e"}


def mrt_of(folder, table, rows):
    """Write a table as .mrt and return its path."""
    path = Path(folder) / f"{table.name}.mrt"
    write_mrt(table, write_all(folder, table, rows)[0], path, "0.0-test")
    return path


def rounded(rows, names=COLUMNS):
    """Return rows as a machine-readable table prints them: numbers rounded, booleans 1 and 0."""
    def printed(name, value):
        return float(PRINTED[name] % value) if name in PRINTED and value is not None else value

    return [tuple(printed(name, value) for name, value in zip(names, row, strict=True)) for row in rows]


def test_a_machine_readable_table_is_read_back_within_the_printed_digits(tmp_path):
    path = mrt_of(tmp_path, table_of(COLUMNS), ROWS)
    assert plain_rows(Table.read(path, format="ascii.mrt")) == rounded(sorted_rows(ROWS))
    assert path.read_bytes().isascii()


def test_a_machine_readable_table_says_unit_and_meaning(tmp_path):
    text = "Median of 16 values, 2 arcsec off. " * 9 + "Ångström, 95 % of 12 of the 3 - or 4. Ends."
    table = table_of(COLUMNS)
    table = replace(table, columns=(*table.columns[:-1], replace(table.columns[-1], description=text)))
    path = mrt_of(tmp_path, table, ROWS)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", units.UnitsWarning)  # the deprecated erg
        found = Table.read(path, format="ascii.mrt")
    expected = expected_meanings() | {"flux": (expected_meanings()["flux"][0], text.replace("Å", "A").replace("ö", "o"))}
    assert meanings(found.itercols()) == expected
    head = path.read_text().split("2CXO")[0].splitlines()
    assert head[0] == "Title: Lynceus 0.0-test" and "Byte-by-byte Description of file: xray_sources.mrt" in head
    assert max(map(len, head)) <= 80


def test_extreme_numbers_and_columns_without_any_keep_their_bytes(tmp_path):
    names = ("csc_name", "flux", "p_any", "is_tie")
    rows = [("a", 1e-300, -0.00001, None), ("b", -1e-300, 1e6, None), ("c", None, None, None), ("d", 1e100, -12.5, None)]
    found = Table.read(mrt_of(tmp_path, table_of({name: COLUMNS[name] for name in names}), rows), format="ascii.mrt")
    assert plain_rows(found) == rounded(rows, names)


def test_a_machine_readable_table_without_rows_has_its_head(tmp_path):
    text = mrt_of(tmp_path, table_of(COLUMNS), []).read_text()
    assert all(f" {name} " in text for name in COLUMNS) and text.endswith("-\n")


def test_the_unit_of_a_flux_is_written_without_a_word_of_warning(tmp_path):
    with warnings.catch_warnings(action="error"):
        text = mrt_of(tmp_path, table_of(COLUMNS), ROWS).read_text()
    assert " erg.s-1.cm-2 " in text or " erg.cm-2.s-1 " in text


def test_errors_of_magnitudes_have_a_digit_more_than_magnitudes(tmp_path):
    columns = {"gmag": ("double", "mag", "phot.mag;em.opt"), "e_gmag": ("double", "mag", "stat.error;phot.mag;em.opt")}
    assert mrt_of(tmp_path, table_of(columns, sort_by=()), [(15.12345, 0.00283)]).read_text().endswith("\n15.123 0.0028\n")


# ---- meanings


def meanings(columns):
    return {column.name: (column.unit and str(column.unit), column.description) for column in columns}


def expected_meanings():
    texts = {name: unit and str(units.Unit(unit, format="vounit")) for name, (_, unit, _) in COLUMNS.items()}
    return {name: (text, f"What {name} means & <how>.") for name, text in texts.items()}


def test_fits_says_unit_ucd_and_meaning(files):
    header = fits.getheader(files["fits"], 1)
    columns = Table.read(files["fits"]).itercols()
    for number, column in enumerate(columns, start=1):  # astropy reads units, and leaves the rest in the header
        column.description = header[f"TCOMM{number}"]
        assert header[f"TUCD{number}"] == COLUMNS[column.name][2]
        assert meanings([column])[column.name] == expected_meanings()[column.name]
    assert header["EXTNAME"] == "xray_sources"
    assert "Sources of Angstrom & al." in str(header["COMMENT"])


def test_fits_obeys_the_standard(files):
    with warnings.catch_warnings():
        warnings.simplefilter("error", fits.verify.VerifyWarning)
        with fits.open(files["fits"]) as hdus:
            hdus.verify("exception")
    assert files["fits"].stat().st_size % 2880 == 0


def test_votable_says_unit_ucd_and_meaning(files):
    table = votable.parse(files["vot"], verify="exception").get_first_table()
    assert meanings(table.to_table().itercols()) == expected_meanings()
    assert [field.ucd for field in table.fields] == [ucd for _, _, ucd in COLUMNS.values()]
    assert table.description == "Sources of Ångström & al. One row per source."
    assert votable.validate(files["vot"], output=None)


def test_parquet_says_unit_ucd_and_meaning_on_fields_and_in_its_votable(files):
    schema = pq.read_schema(files["parquet"])
    for name, (_, unit, ucd) in COLUMNS.items():
        expected = {b"ucd": ucd.encode(), b"description": f"What {name} means & <how>.".encode()}
        expected |= {b"unit": unit.encode()} if unit else {}
        found = {key: text for key, text in schema.field(name).metadata.items() if key != b"PARQUET:field_id"}
        assert found == expected
    assert schema.metadata[b"IVOA.VOTable-Parquet.version"] == b"1.0"
    content = io.BytesIO(schema.metadata[b"IVOA.VOTable-Parquet.content"])
    table = votable.parse(content, verify="exception").get_first_table()
    assert meanings(table.to_table().itercols()) == expected_meanings()
    assert [field.ucd for field in table.fields] == [ucd for _, _, ucd in COLUMNS.values()]


def test_astropy_reads_voparquet_with_units(tmp_path):
    # its reader knows no NULL text and turns integers with NULL into doubles, hence a full row
    path = write_all(tmp_path, table_of(COLUMNS), ROWS[:2])[0]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="No table::len")
        table = Table.read(path, format="parquet.votable")
    assert meanings(table.itercols()) == expected_meanings()
    assert plain_rows(table) == ROWS[:2]


# ---- what may not leave


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"description": ""}, "no description"),
        ({"ucd": None}, "no UCD"),
        ({"ucd": "pos.nowhere"}, "not in the IVOA vocabulary"),
        ({"unit": "furlong"}, "not a VOUnit"),
        ({"unit": "erg/s/cm**2"}, "not a VOUnit"),
        ({"data_type": "double[]"}, "cannot be released"),
        ({"name": "p any"}, "not letters, digits and underscores"),
    ],
)
def test_a_column_without_its_meaning_is_refused(changes, fault):
    good = {"name": "p_any", "data_type": "double", "unit": "arcsec", "ucd": "pos.angDistance", "description": "D."}
    check_tables([ReleasedTable("release", "matches", "Matches.", (Column(**good),))])
    column = Column(**(good | changes))
    with pytest.raises(ReleaseError, match=rf"release\.matches\.{column.name}: .*{fault}"):
        check_tables([ReleasedTable("release", "matches", "Matches.", (column,))])


@pytest.mark.parametrize(("kind", "value", "fault"), [("double", float("nan"), "NaN"), ("varchar", "a\0b", "NUL")])
def test_values_no_format_keeps_are_refused(tmp_path, kind, value, fault):
    with pytest.raises(ReleaseError, match=rf"release\.xray_sources\.x: at least 1 rows hold .*{fault}"):
        write_all(tmp_path, table_of({"x": (kind, None, "meta.id")}, sort_by=()), [(value,), (None,)])


def test_an_integer_that_stands_for_null_in_fits_is_refused(tmp_path):
    with pytest.raises(ReleaseError, match=r"release\.xray_sources\.x: holds -2147483648"):
        write_all(tmp_path, table_of({"x": ("integer", None, "meta.id")}, sort_by=()), [(-(2**31),), (None,)])


# ---- bytes


def parquet_digest(path, table, database, threads):
    with duckdb.connect(str(database), config={"threads": threads}, read_only=True) as connection:
        write_parquet(connection, table, path)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_parquet_bytes_depend_on_the_rows_alone(tmp_path):
    table = table_of({key: COLUMNS[key] for key in ("csc_name", "gaia_source_id", "p_any")})
    digests = set()
    for order in ("number", "hash(number)"):
        database = database_of(tmp_path / "shuffled.duckdb", table, [])
        with duckdb.connect(str(database)) as connection:
            connection.execute(  # ten rows share each name: only the other columns tell them apart
                f"insert into release.xray_sources select 'X' || number // 10, nullif(number % 5, 0), 1 / number"
                f" from range(1, 300001) as numbers(number) order by {order}"
            )
        digests |= {parquet_digest(tmp_path / "out.parquet", table, database, threads) for threads in (1, 2)}
        database.unlink()
    assert len(digests) == 1


def test_row_groups_are_full_whatever_batches_duckdb_hands_over(tmp_path, monkeypatch):
    monkeypatch.setattr(outputs.parquet, "ROW_GROUP_ROWS", 100_000)  # DuckDB's own batches end at 122,880
    table = table_of({"n_candidates": COLUMNS["n_candidates"]}, sort_by=())
    with duckdb.connect() as connection:
        fill(connection, table, [])
        connection.execute("insert into release.xray_sources select range from range(250000)")
        write_parquet(connection, table, tmp_path / "out.parquet")
    metadata = pq.read_metadata(tmp_path / "out.parquet")
    assert [metadata.row_group(index).num_rows for index in range(3)] == [100_000, 100_000, 50_000]


# ---- releases


def dbt_manifest_of(tables):
    """Return what dbt writes of these tables, and of neighbours that are not released."""
    nodes = {f"model.lynceus.{table.name}": model_node(table) for table in tables}
    nodes["model.lynceus.stg"] = {"resource_type": "model", "fqn": ["lynceus", "staging", "release"]}
    nodes["test.lynceus.x"] = {"resource_type": "test", "fqn": ["lynceus", "release", "x"]}
    return {"nodes": nodes}


def model_node(table):
    columns = {
        column.name: {
            "name": column.name, "data_type": column.data_type, "description": f"{column.description}\n",
            "config": {"meta": {"unit": column.unit, "ucd": column.ucd}}, "constraints": [],
        }
        for column in table.columns
    }
    return {
        "resource_type": "model", "fqn": ["lynceus", "release", table.name], "schema": table.schema,
        "name": table.name, "description": table.description, "columns": columns, "constraints": [],
        "config": {"meta": {"released_order": list(table.sort_by)}},
    }


class Place:
    """A database, dbt's manifest, raw tables and a folder of releases."""

    def __init__(self, folder):
        self.database, self.manifest = folder / "lynceus.duckdb", folder / "target" / "manifest.json"
        self.data, self.releases = folder / "raw", folder / "releases"
        self.data.mkdir()
        (self.data / "csc_master.parquet").write_bytes(b"raw")
        self.manifest.parent.mkdir()
        self.fill(ROWS)

    def fill(self, rows, columns=COLUMNS):
        table = table_of(columns)
        database_of(self.database, table, rows)
        self.manifest.write_text(json.dumps(dbt_manifest_of([table])))

    def release(self, version=None):
        return write_release(self.database, self.manifest, self.releases, self.data, version)

    @property
    def arguments(self):
        return [
            f"--database={self.database}", f"--manifest={self.manifest}",
            f"--data={self.data}", f"--releases={self.releases}",
        ]

    def listing(self):
        """Return the releases as names, and the checksum of every file in them."""
        files = sorted(path for path in self.releases.rglob("*") if path.is_file() and path.name != ".lock")
        return {str(path.relative_to(self.releases)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path)


def test_dbt_manifest_tells_the_tables(place):
    assert released_tables(place.manifest) == [table_of(COLUMNS)]


def test_a_primary_key_sorts_where_no_order_is_given(place):
    manifest = json.loads(place.manifest.read_text())
    node = manifest["nodes"]["model.lynceus.xray_sources"]
    node["config"]["meta"] = {}
    node["columns"]["gaia_source_id"]["constraints"] = [{"type": "not_null"}, {"type": "primary_key"}]
    place.manifest.write_text(json.dumps(manifest))
    assert released_tables(place.manifest)[0].order[:2] == ("gaia_source_id", "csc_name")


def test_a_release_holds_every_file_and_its_checksum(place):
    folder, is_new = place.release()
    manifest = json.loads((folder / "manifest.json").read_text())
    assert is_new and folder.name == manifest["release"] and os.readlink(place.releases / "latest") == folder.name
    names = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - {"manifest.json"}
    assert names == set(manifest["files"]) == {
        "xray_sources.parquet", "xray_sources.fits", "xray_sources.vot", "coverage.moc.fits",
        "figures/sky_map.png", "figures/sky_map.svg",
    }
    for name, entry in manifest["files"].items():
        content = (folder / name).read_bytes()
        assert entry == {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    assert manifest["inputs"]["csc_master.parquet"]["sha256"] == hashlib.sha256(b"raw").hexdigest()
    assert manifest["tables"][0]["rows"] == len(ROWS)
    assert manifest["packages"]["duckdb"] == duckdb.__version__
    assert manifest["vars"]["match_radius_arcsec"] == 15
    assert str(place.database.parent) not in (folder / "manifest.json").read_text()


def test_a_table_that_says_so_is_released_as_machine_readable_too(place):
    manifest = json.loads(place.manifest.read_text())
    manifest["nodes"]["model.lynceus.xray_sources"]["config"]["meta"]["released_as_mrt"] = True
    place.manifest.write_text(json.dumps(manifest))
    folder, _ = place.release("1")
    before = place.listing()
    assert plain_rows(Table.read(folder / "xray_sources.mrt", format="ascii.mrt")) == rounded(sorted_rows(ROWS))
    assert "xray_sources.mrt" in json.loads((folder / "manifest.json").read_text())["files"]
    shutil.rmtree(folder)
    place.release("1")
    assert place.listing()["1/xray_sources.mrt"] == before["1/xray_sources.mrt"]


def test_every_unit_and_ucd_of_the_manifest_is_standard(place):
    folder, _ = place.release()
    for table in json.loads((folder / "manifest.json").read_text())["tables"]:
        for column in table["columns"]:
            units.Unit(column["unit"] or "", format="vounit", parse_strict="raise")
            parse_ucd(column["ucd"], check_controlled_vocabulary=True)
            assert column["description"] and column["type"]


def test_vars_and_seeds_are_those_of_the_build(place):
    manifest = json.loads(place.manifest.read_text())
    seed = {"resource_type": "seed", "name": "bins", "original_file_path": "pyproject.toml", "fqn": ["lynceus", "bins"]}
    place.manifest.write_text(json.dumps(manifest | {"nodes": manifest["nodes"] | {"seed.lynceus.bins": seed}}))
    results = {"args": {"vars": {"match_radius_arcsec": 5.0}}}
    place.manifest.with_name("run_results.json").write_text(json.dumps(results))
    folder, _ = place.release()
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["vars"]["match_radius_arcsec"] == 5.0
    assert manifest["seeds"] == {"bins": hashlib.sha256((PROJECT / "pyproject.toml").read_bytes()).hexdigest()}


def test_the_coverage_holds_the_sources_and_little_else(place):
    folder, _ = place.release()
    coverage = MOC.from_fits(folder / "coverage.moc.fits")
    ra, dec = (np.array([row[index] for row in ROWS]) * units.deg for index in (7, 8))
    assert coverage.contains_lonlat(ra, dec).all()
    assert coverage.max_order == 10 and coverage.flatten().size == len(ROWS)


def test_the_same_tables_make_the_same_release(place):
    first, _ = place.release()
    before = place.listing()
    place.fill(ROWS[::-1])
    assert place.release() == (first, False)
    assert place.listing() == before


def test_files_but_the_manifest_are_the_same_bytes_again(place):
    folder, _ = place.release("1")
    before = place.listing()
    shutil.rmtree(folder)
    place.release("1")
    again = place.listing()
    assert {name for name in before if before[name] != again[name]} <= {"1/manifest.json"}


def test_latest_follows_the_tables_back_and_forth(place):
    first, _ = place.release()
    place.fill(ROWS[:3])
    second, _ = place.release()
    assert first != second and (place.releases / "latest").resolve() == second.resolve()
    place.fill(ROWS)
    assert place.release() == (first, False)
    assert (place.releases / "latest").resolve() == first.resolve()


def test_a_named_release_never_changes(place):
    place.release("1.0")
    before = place.listing()
    assert place.release("1.0") == (place.releases / "1.0", False)
    place.fill(ROWS[:3])
    with pytest.raises(ReleaseError, match=r"release 1\.0 exists with other content \(xray_sources\.parquet\)"):
        place.release("1.0")
    assert place.listing() == before


@pytest.mark.parametrize("version", ["latest", "../1.0", ".part", ""])
def test_names_that_would_lead_astray_are_refused(place, version):
    with pytest.raises(ReleaseError, match="cannot name a release"):
        place.release(version)


def test_an_empty_catalogue_can_be_released(place):
    place.fill([])
    folder, _ = place.release()
    assert MOC.from_fits(folder / "coverage.moc.fits").empty()


def test_a_failure_midway_changes_nothing(place, monkeypatch):
    place.release()
    before = place.listing()
    place.fill(ROWS[:3])

    def fail(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(outputs.release, "write_votable", fail)
    with pytest.raises(OSError, match="no space"):
        place.release()
    assert place.listing() == before
    assert json.loads((place.releases / "latest" / "manifest.json").read_text())["tables"][0]["rows"] == len(ROWS)


KILLED = """
import sys, time
import outputs.release
def wait(*_):
    print("writing", flush=True)
    time.sleep(60)
setattr(outputs.release, sys.argv[1], wait)
outputs.release.main(sys.argv[2:])
"""


@pytest.mark.parametrize("step", ["write_votable", "publish", "point_latest_at"])
def test_a_killed_run_leaves_the_last_release_and_the_next_clears_up(place, step):
    last, _ = place.release()
    before = place.listing()
    place.fill(ROWS[:3])
    command = [sys.executable, "-c", KILLED, step, *place.arguments]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout.readline() == "writing\n"
        with pytest.raises(ReleaseError, match="another process is writing a release"):
            place.release()
        run.send_signal(signal.SIGKILL)
    assert (place.releases / "latest").resolve() == last.resolve()
    assert before.items() <= place.listing().items()
    if step != "point_latest_at":
        assert (place.releases / ".part").exists()
    new, _ = place.release()
    assert (place.releases / "latest").resolve() == new.resolve()
    assert {path.name for path in place.releases.iterdir()} == {".lock", "latest", last.name, new.name}


def test_the_command_says_in_one_message_what_is_wrong(place, capsys):
    place.fill(ROWS, COLUMNS | {"p_any": ("double", "furlong", "stat.probability")})
    with pytest.raises(SystemExit, match=r"No release written\.\nrelease\.xray_sources\.p_any: unit 'furlong'"):
        main(place.arguments)
    place.fill(ROWS)
    main(place.arguments)
    main(place.arguments)
    assert "left as it is" in capsys.readouterr().out


def test_a_database_that_differs_from_the_yaml_is_refused(place):
    other = COLUMNS | {"p_any": ("float", None, "stat.probability")}
    place.manifest.write_text(json.dumps(dbt_manifest_of([table_of(other)])))
    with pytest.raises(ReleaseError, match="differ in p_any double, p_any float"):
        place.release()
    with duckdb.connect(str(place.database)) as connection:
        connection.execute("drop table release.xray_sources")
    with pytest.raises(ReleaseError, match=r"release\.xray_sources is not in the database"):
        place.release()
