"""The files of a release: exact values and meanings in every format, equal bytes."""

import datetime
import hashlib
import io
import os
import shutil
import warnings

import duckdb
import pandas
import pyarrow.parquet as pq
import pytest
from astropy import units
from astropy.io import fits, votable
from astropy.table import Table
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from released_examples import (
    COLUMNS,
    ID_LEAST,
    INT_LEAST,
    ORIGIN,
    READERS,
    ROWS,
    SHORT_LEAST,
    database_of,
    expected_meanings,
    fill,
    meanings,
    plain_rows,
    rows_of_fits,
    rows_of_parquet,
    rows_of_votable,
    sorted_rows,
    table_of,
    write_all,
)

import lynceus.release.parquet
from lynceus.commands.match import is_of_simulated_sky
from lynceus.release.answers import write_answer
from lynceus.release.fits import write_fits
from lynceus.release.origin import Origin, citation
from lynceus.release.parquet import write_parquet
from lynceus.release.tables import Column, ReleasedTable, ReleaseError, check_tables

pytestmark = [
    # erg is deprecated in VOUnit and says so whenever it is read
    pytest.mark.filterwarnings("ignore::astropy.units.UnitsWarning"),
    # astropy shows NULL booleans as false unless asked for bytes, as rows_of_fits does
    pytest.mark.filterwarnings("ignore:Column 'is_tie' contains NULL"),
]


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
    # record bytes then divide by 3 in no group
    monkeypatch.setattr(lynceus.release.parquet, "ROW_GROUP_ROWS", 7)
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


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(any_row, max_size=20))
def test_whatever_is_written_is_read_back(tmp_path, rows):
    columns = dict(list(COLUMNS.items())[:7])
    for path in write_all(tmp_path, table_of(columns), rows):
        found = READERS[path.suffix[1:]](path)
        assert sorted(map(repr, found)) == sorted(map(repr, rows)), path.suffix


# ---- meanings


def test_fits_says_unit_ucd_and_meaning(files):
    header = fits.getheader(files["fits"], 1)
    columns = Table.read(files["fits"]).itercols()
    # astropy reads units, and leaves the rest in the header
    for number, column in enumerate(columns, start=1):
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
        found = {
            key: text
            for key, text in schema.field(name).metadata.items()
            if key != b"PARQUET:field_id"
        }
        assert found == expected
    assert schema.metadata[b"IVOA.VOTable-Parquet.version"] == b"1.0"
    content = io.BytesIO(schema.metadata[b"IVOA.VOTable-Parquet.content"])
    table = votable.parse(content, verify="exception").get_first_table()
    assert meanings(table.to_table().itercols()) == expected_meanings()
    assert [field.ucd for field in table.fields] == [ucd for _, _, ucd in COLUMNS.values()]


def test_astropy_reads_voparquet_with_units(files):
    """It makes doubles of integers with NULL, and the text None of a missing text."""
    with warnings.catch_warnings(action="error"):
        warnings.simplefilter("ignore", units.UnitsWarning)
        table = Table.read(files["parquet"], format="parquet.votable")
    assert meanings(table.itercols()) == expected_meanings()
    expected = [
        (
            row[0] or "None",
            *(value if value is None else float(value) for value in row[1:4]),
            *row[4:],
        )
        for row in sorted_rows(ROWS)
    ]
    assert plain_rows(table) == expected


def test_pandas_keeps_ids_beside_null(files):
    frame = pandas.read_parquet(files["parquet"])
    assert frame.dtypes.astype(str).to_dict() == {
        "csc_name": "str",
        "gaia_source_id": "Int64",
        "n_candidates": "Int32",
        "ccd": "Int16",
        "is_tie": "boolean",
        "p_any": "float64",
        "phot_g_mean_mag": "float32",
        "csc_ra": "float64",
        "csc_dec": "float64",
        "flux": "float64",
    }
    assert [None if value is pandas.NA else value for value in frame["gaia_source_id"]] == [
        row[1] for row in sorted_rows(ROWS)
    ]


def test_a_table_by_name_is_that_of_the_latest_release(files, tmp_path, monkeypatch):
    monkeypatch.setenv("LYNCEUS_RELEASES", str(tmp_path))
    (tmp_path / "latest" / "formats").mkdir(parents=True)
    shutil.copy(files["parquet"], tmp_path / "latest" / "formats" / "best_matches.parquet")
    table = lynceus.read_table("best_matches")
    assert plain_rows(table) == sorted_rows(ROWS)
    assert meanings(table.itercols()) == expected_meanings()
    assert table["p_any"].meta["ucd"] == "stat.probability" and table.meta["simulated"] == "true"
    with pytest.raises(FileNotFoundError, match="has no table nothing"):
        lynceus.read_table("nothing")


# ---- where a file is from


@pytest.mark.parametrize(
    ("is_simulated", "licence"), [(True, "BSD-3-Clause"), (False, "CC BY-SA 3.0 IGO"), (None, None)]
)
def test_a_file_says_what_is_known_of_its_sky_and_of_its_licence(tmp_path, is_simulated, licence):
    origin = Origin(is_simulated, "1.0")
    path = tmp_path / "x.fits"
    write_fits(table_of(COLUMNS), write_all(tmp_path, table_of(COLUMNS), ROWS)[0], path, origin)
    for number in range(2):
        header = fits.getheader(path, number)
        assert (header.get("SIMULATD"), header.get("LICENSE")) == (is_simulated, licence)
        assert header["DATE"] == citation()["date-released"].isoformat()


def test_a_file_of_another_day_has_the_same_bytes(files, tmp_path, monkeypatch):
    class Later(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(2051, 1, 1, tzinfo=tz)

    monkeypatch.setattr(datetime, "datetime", Later)
    for path in write_all(tmp_path, table_of(COLUMNS), ROWS):
        assert path.read_bytes() == files[path.suffix[1:]].read_bytes()


def test_the_tables_of_a_match_say_whether_they_lie_in_a_simulated_sky(tmp_path):
    match = {"catalogues": [{"table": str(tmp_path / "sky" / "a.parquet")}]}
    assert is_of_simulated_sky(match) is None
    (tmp_path / "sky").mkdir()
    (tmp_path / "sky" / "simulation.json").write_text("{}")
    assert is_of_simulated_sky(match) is True


@pytest.mark.parametrize("kind", ["csv", "parquet", "fits", "vot"])
def test_an_answer_is_whole_or_not_there(tmp_path, monkeypatch, kind):
    path = tmp_path / f"answer.{kind}"
    with duckdb.connect() as connection:
        assert write_answer(connection, connection.sql("select 1 as one"), path) == 1
    whole = path.read_bytes()

    def cut(source, target):
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "replace", cut)
    with duckdb.connect() as connection, pytest.raises(OSError, match="no space"):
        write_answer(connection, connection.sql("select 2 as one"), path)
    assert path.read_bytes() == whole and list(tmp_path.iterdir()) == [path]


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
        ({"name": "Precision"}, "a reserved word of ADQL"),
    ],
)
def test_a_column_without_its_meaning_is_refused(changes, fault):
    good = {
        "name": "p_any",
        "data_type": "double",
        "unit": "arcsec",
        "ucd": "pos.angDistance",
        "description": "D.",
    }
    check_tables([ReleasedTable("release", "matches", "Matches.", (Column(**good),))])
    column = Column(**(good | changes))
    with pytest.raises(ReleaseError, match=rf"release\.matches\.{column.name}: .*{fault}"):
        check_tables([ReleasedTable("release", "matches", "Matches.", (column,))])


@pytest.mark.parametrize(
    ("kind", "value", "fault"), [("double", float("nan"), "NaN"), ("varchar", "a\0b", "NUL")]
)
def test_values_no_format_keeps_are_refused(tmp_path, kind, value, fault):
    with pytest.raises(
        ReleaseError, match=rf"release\.xray_sources\.x: at least 1 rows hold .*{fault}"
    ):
        write_all(
            tmp_path, table_of({"x": (kind, None, "meta.id")}, sort_by=()), [(value,), (None,)]
        )


def test_an_integer_that_stands_for_null_in_fits_is_refused(tmp_path):
    with pytest.raises(ReleaseError, match=r"release\.xray_sources\.x: holds -2147483648"):
        write_all(
            tmp_path,
            table_of({"x": ("integer", None, "meta.id")}, sort_by=()),
            [(-(2**31),), (None,)],
        )


# ---- bytes


def parquet_digest(path, table, database, threads):
    with duckdb.connect(str(database), config={"threads": threads}, read_only=True) as connection:
        write_parquet(connection, table, path, ORIGIN)
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
        digests |= {
            parquet_digest(tmp_path / "out.parquet", table, database, threads) for threads in (1, 2)
        }
        database.unlink()
    assert len(digests) == 1


def test_row_groups_are_full_whatever_batches_duckdb_hands_over(tmp_path, monkeypatch):
    # DuckDB's own batches end at 122,880
    monkeypatch.setattr(lynceus.release.parquet, "ROW_GROUP_ROWS", 100_000)
    table = table_of({"n_candidates": COLUMNS["n_candidates"]}, sort_by=())
    with duckdb.connect() as connection:
        fill(connection, table, [])
        connection.execute("insert into release.xray_sources select range from range(250000)")
        write_parquet(connection, table, tmp_path / "out.parquet", ORIGIN)
    metadata = pq.read_metadata(tmp_path / "out.parquet")
    assert [metadata.row_group(index).num_rows for index in range(3)] == [100_000, 100_000, 50_000]
