"""Files of a match: columns of every type are read as what they say, or the message names them."""

import datetime
import shutil

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from match_tables import entry, write
from test_bad_input import SENTINELS
from test_input_raw_tables import FILE_FAULTS

from lynceus.inputs.match_files import open_match_file, problems_of_pair, problems_of_prior

N = 8
SOUND = {
    "id": np.arange(N),
    "ra": np.linspace(10, 50, N),
    "dec": np.linspace(-40, 40, N),
    "err": np.full(N, 0.5),
}


def opened(folder, columns=None, **settings):
    """Return a catalogue's file as it is read: a table with some columns in place of the sound ones."""
    write(folder / "a.parquet", SOUND | (columns or {}))
    catalogue = {"number": 1} | entry(folder, "a") | settings
    with duckdb.connect() as connection:
        return open_match_file(connection, catalogue, SENTINELS)


def values(found, column="id"):
    assert found.problems == []
    with duckdb.connect() as connection:
        rows = connection.execute(f'select "{column}" from {found.relation} order by ra').fetchall()
    return [value for (value,) in rows]


def problem(found):
    """Return what is wrong, without the name of the table."""
    assert len(found.problems) == 1, found.problems
    return found.problems[0].split(".parquet: ")[-1]


BIG = [2**53 + 1 + i for i in range(N)]
HUGE = [2**63 + 5 + i for i in range(N)]


@pytest.mark.parametrize(
    ("ids", "read"),
    [
        (pa.array(range(N), pa.uint8()), list(range(N))),
        (pa.array(range(N), pa.uint32()), list(range(N))),
        (pa.array(BIG, pa.uint64()), BIG),
        (pa.array(HUGE, pa.uint64()), list(map(str, HUGE))),
        (pa.array(BIG).cast(pa.decimal128(20, 0)), BIG),
        (pa.array([f"J{i}  " for i in range(N)]), [f"J{i}" for i in range(N)]),
        (pa.array([f"J{i}\0\0".encode() for i in range(N)]), [f"J{i}" for i in range(N)]),
        (pa.array([f"J{i}" for i in range(N)]).dictionary_encode(), [f"J{i}" for i in range(N)]),
    ],
)
def test_ids_of_every_type(ids, read, tmp_path):
    assert values(opened(tmp_path, {"id": ids})) == read


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        (np.arange(N, dtype=float), ".parquet is DOUBLE, but ids are integers or text (floating point loses their last digits)"),
        (pa.array([datetime.datetime(2000, 1, 1 + i) for i in range(N)]), ".parquet is TIMESTAMP, but ids are integers or text"),
        (pa.array([[i] for i in range(N)]), ".parquet is BIGINT[], but ids are integers or text"),
        (pa.array([b"\xff\xfe", *[f"{i}".encode() for i in range(N - 1)]]), "id: 1 row with bytes that are no UTF-8 text"),
        (["x", "x ", *"abcdef"], "id: 2 rows share an id (x); leave one of each"),
        ([None, *range(N - 1)], "id: 1 row without a value"),
    ],
)  # fmt: skip
def test_ids_that_do_not_serve(ids, message, tmp_path):
    assert message in "\n".join(opened(tmp_path, {"id": ids}).problems)


@pytest.mark.parametrize("column", ["ra", "dec", "err"])
def test_numbers_may_be_text(column, tmp_path):
    text = {column: [f" {value:.17e}" for value in SOUND[column]]}
    np.testing.assert_array_equal(values(opened(tmp_path, text), column), SOUND[column])
    text[column][2] = "12:30:00"
    assert problem(opened(tmp_path, text)) == f"{column}: 1 row with text where a double belongs (2)"  # fmt: skip


def test_a_magnitude_is_missing_in_every_way_of_the_field_and_counted(tmp_path):
    written = [15.0, 99.0, 99.99, -99.0, 1e20, np.nan, None, 21.5]
    prior = {"priors": [{"column": "mag", "from": "auto"}]}
    found = opened(tmp_path, {"mag": written}, **prior)
    read = [15.0, None, None, None, None, None, None, 21.5]
    assert values(found, "mag") == read
    assert [note.split(".parquet: ")[1] for note in found.notes] == [
        "counted as missing: mag 4 rows of 99"
    ]
    text = ["15", "99.0", "99.99", "-99", "1e20", "--", None, "21.5 "]
    assert values(opened(tmp_path, {"mag": text}, **prior), "mag") == read
    # where other values are near it, 99 is a value
    scores = [90.0, 99.0, 80.0, 70.0, 60.0, 50.0, 40.0, 30.0]
    assert values(opened(tmp_path, {"mag": scores}, **prior), "mag") == scores


def test_motions_angles_and_errors_that_are_missing_are_null(tmp_path):
    missing = [-9999.0, -999.0, 1e20, np.nan, np.inf, None]
    motions = {"pmra": [5.0, -99.0, *missing], "pmdec": [5.0] * N}
    found = opened(tmp_path, motions, epoch=2016.0, pmra="pmra", pmdec="pmdec")
    assert values(found, "pmra") == [5.0, -99.0] + [None] * 6
    ellipse = {"error": {"kind": "ellipse", "columns": ["err", "minor", "angle"]}}
    columns = {"minor": [0.4] * N, "angle": [30.0, -99.0, *missing]}
    found = opened(tmp_path, columns, **ellipse)
    assert values(found, "angle") == [30.0] + [None] * 7
    found = opened(tmp_path, {"err": [0.5, -99.0, -9999.0, 1e20, np.nan, None, 1.0, 1.0]})
    assert values(found, "err") == [0.5] + [None] * 5 + [1.0, 1.0]


@pytest.mark.parametrize(
    ("form", "epochs", "message"),
    [
        ("julian year", [53371.0], "when: 8 rows whose epoch, as julian year, is not between"),
        ("MJD", [53371.5], None),
        ("MJD", [2453371.5], "when: 8 rows whose epoch, as MJD, is not between"),
        ("julian year", ["2005-01-02"], "when: 8 rows whose epoch, as julian year, is not between"),
        ("ISO", ["2005-01-02T03:04:00+09:00"], None),
        ("ISO", ["02/01/2005 03:04"], "when: 8 rows whose epoch, as ISO, is not between"),
        ("ISO", [53371.0], ".parquet is DOUBLE, but epoch_format ISO reads text or timestamps"),
        ("julian year", [datetime.datetime(2005, 1, 2)], ".parquet is TIMESTAMP, but epoch_format julian year reads numbers; ISO reads text and timestamps"),
    ],
)  # fmt: skip
def test_epochs_are_of_the_declared_form_or_refused(form, epochs, message, tmp_path):
    found = opened(tmp_path, {"when": epochs * N}, epoch="when", epoch_format=form)
    if message is None:
        assert found.problems == []
    else:
        assert message in "".join(found.problems)


def test_an_epoch_with_a_zone_is_utc(tmp_path):
    tokyo = datetime.timezone(datetime.timedelta(hours=9))
    for time in (
        "2005-01-02T12:04:00+09:00",
        datetime.datetime(2005, 1, 2, 12, 4, tzinfo=tokyo),
        "2005-01-02 03:04",
    ):
        found = opened(tmp_path, {"when": [time] * N}, epoch="when", epoch_format="ISO")
        assert values(found, "when")[0] == datetime.datetime(2005, 1, 2, 3, 4)


def test_the_condition_is_over_the_file_as_it_is(tmp_path):
    columns = {"mag": [99.0, *[15.0] * (N - 1)]}
    prior = [{"column": "mag", "from": "auto"}]
    found = opened(tmp_path, columns, priors=prior, where="mag = 99 or id > 4")
    assert values(found, "mag") == [None, 15.0, 15.0, 15.0]
    message = opened(tmp_path, where="magg < 3").problems[0]
    assert "cannot be read" in message and "magg" in message


@pytest.mark.parametrize("fault", FILE_FAULTS)
def test_files_that_are_no_parquet(fault, tmp_path):
    path = tmp_path / "a.parquet"
    write(path, SOUND)
    FILE_FAULTS[fault](path)
    with duckdb.connect() as connection:
        found = open_match_file(connection, {"number": 1} | entry(tmp_path, "a"))
    expected = f"{path} {fault}" if fault != "cannot be read" else f"there is no file {path}"
    assert expected in found.problems[0]


def test_a_misspelt_file_is_told_with_what_is_there(tmp_path):
    write(tmp_path / "sources.parquet", SOUND)
    catalogue = {"number": 1} | entry(tmp_path, "a") | {"table": str(tmp_path / "source.parquet")}
    with duckdb.connect() as connection:
        found = open_match_file(connection, catalogue)
    assert found.problems == [
        f"a.table: there is no file {tmp_path}/source.parquet; is it sources.parquet?"
    ]


@pytest.mark.parametrize("folder", ["it's", 'a "b"', "50 % é *[1]?", "{{ x }} {a,b}"])
def test_paths_of_any_name_patterns_and_folders(folder, tmp_path):
    place = tmp_path / folder
    place.mkdir()
    assert values(opened(place)) == list(range(N))
    shutil.copy(place / "a.parquet", tmp_path / "b.parquet")
    for table in (str(tmp_path / "*.parquet"), f"{place}/"):
        with duckdb.connect() as connection:
            found = open_match_file(connection, entry(tmp_path, "a") | {"table": table})
        assert values(found) == list(range(N))


def test_units_of_positions(tmp_path):
    one = entry(tmp_path, "a") | {"number": 1}
    relation = opened(tmp_path).relation
    (tmp_path / "hours").mkdir()
    hours = opened(tmp_path / "hours", {"ra": SOUND["ra"] / 15}).relation
    (tmp_path / "far").mkdir()
    far = opened(tmp_path / "far", {"ra": SOUND["ra"] + 100}).relation
    with duckdb.connect() as connection:

        def of_pair(first, second):
            return problems_of_pair(connection, one, one | {"name": "b"}, first, second)

        assert of_pair(relation, relation) == ([], [])
        (message,), _ = of_pair(hours, relation)
        assert message.startswith(f"a, {one['table']}: ra: 8 rows, none of them near a row of b, nearly all if they were in hours")  # fmt: skip
        (message,), _ = of_pair(relation, hours)
        assert message.startswith("b, ")
        assert of_pair(relation, far) == ([], ["no source of a is near one of b"])


@pytest.mark.parametrize(
    ("bins", "message"),
    [
        ("14 16 0.5 0.5 # a comment\n\n16 18 0.5 0.5\n", None),
        ("", "no bin has a q above 0"),
        ("14 16 0 1", "no bin has a q above 0"),
        ("14 16 0.5", "line 1 is not four numbers, lo hi q n"),
        ("14 16 nan 1", "line 1 is not four numbers, lo hi q n"),
        ("lo hi q n\n14 16 1 1", "line 1 is not four numbers, lo hi q n"),
        ("16 14 1 1", "line 1: lo must be below hi, and neither q nor n below 0"),
        ("14 16 1 1\n15 18 1 1", "line 2 begins at 15, where the bin before it ends at 16; bins are contiguous"),
    ],
)  # fmt: skip
def test_bins_of_a_prior(bins, message, tmp_path):
    path = tmp_path / "bins.txt"
    path.write_text(bins)
    assert problems_of_prior(path) == message
    path.write_bytes(b"\xff\xfe\x00")
    assert problems_of_prior(path) == "cannot be read: is no text"
    assert problems_of_prior(tmp_path / "absent.txt") == "is not there"
