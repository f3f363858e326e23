"""Odd inputs by recipe: each ends in the answer that an independent reading gives, or in a message that
names table and column; none in a traceback.

A recipe says how each column is stored (type, notation, padding, what stands for missing), how it is
called, and what is wrong with it or with its file. What a column means is known before it is written,
so nothing here reads Parquet or SQL.
"""

import datetime
import math

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from astropy.table import Table
from click.testing import CliRunner
from conftest import Build
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from match_tables import entry, match_of
from test_bad_input import SENTINELS, sound_tables
from test_input_raw_tables import FILE_FAULTS

from lynceus.commands import main
from lynceus.inputs.checks import RawTableError, open_raw_tables
from lynceus.inputs.match_files import open_match_file

ODD = settings(
    derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)
UTC = datetime.UTC


# ---------- how a column may be stored: from what it means to (Arrow array, what is read of it)


def padded(text, draw):
    return text + draw(st.sampled_from(["", " ", "   ", "\0"]))


def stored_number(values, draw):
    """Store numbers (None where missing); return the array and the numbers that are to be read."""
    kind = draw(st.sampled_from(["double", "float", "text", "bytes", "dictionary", "fortran"]))
    missing = {
        "double": [None, math.nan, math.inf, 1e20, -1e30, -999.0, -9999.0],
        "float": [None, math.nan, 1e20],
    }.get(kind, [None, "", "--", "nan", "N/A", " null ", "-999", "1e20"])
    cells = [draw(st.sampled_from(missing)) if value is None else value for value in values]
    if kind == "double":
        return pa.array(cells, pa.float64()), values
    if kind == "float":
        array = pa.array(cells, pa.float32())
        return array, [v if v is None else float(np.float32(v)) for v in values]
    notation = {"fortran": lambda v: f"{v:.17e}".replace("e", "D")}.get(kind) or draw(
        st.sampled_from([repr, lambda v: f" {v:.17E}", lambda v: f"{v:+.17g}"])
    )
    texts = [cell if isinstance(cell, str) or cell is None else notation(cell) for cell in cells]
    if kind == "bytes":
        texts = [text if text is None else padded(text, draw).encode() for text in texts]
    array = pa.array(texts, pa.binary() if kind == "bytes" else pa.string())
    return (array.dictionary_encode() if kind == "dictionary" else array), values


def stored_ids(number, draw, text=True, huge=True):
    """Return ids in some type, and what is to be read of them."""
    kinds = ["int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "decimal", "digits"]
    kind = draw(st.sampled_from(kinds + ["huge"] * huge + ["text", "bytes"] * text))
    if kind in ("text", "bytes"):
        letters = st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), min_size=1, max_size=5)  # fmt: skip
        ids = [f"J{i} {draw(letters)}" for i in range(number)]
        cells = [padded(one, draw) for one in ids]
        if kind == "bytes":
            return pa.array([cell.encode() for cell in cells], pa.binary()), ids
        return pa.array(cells, pa.string()), ids
    most = {"int16": 2**15, "int32": 2**31, "uint8": 2**8, "uint16": 2**16, "uint32": 2**32}
    last = most.get(kind, 2**64 if kind == "huge" else 2**63) - 1
    ids = [last - i for i in range(number)]
    if kind == "digits":
        array = pa.array([padded(str(i), draw) for i in ids])
        return array, list(map(str, ids)) if text else ids
    if kind == "decimal":
        return pa.array(ids).cast(pa.decimal128(20, 0)), ids
    array = pa.array(ids, getattr(pa, "uint64" if kind == "huge" else kind)())
    return array, list(map(str, ids)) if kind == "huge" else ids


def stored_time(time, draw):
    """Store a time (UTC) in some notation or type."""
    zone = datetime.timezone(datetime.timedelta(hours=draw(st.sampled_from([-5, 0, 9]))))
    local = time.replace(tzinfo=UTC).astimezone(zone)
    return draw(
        st.sampled_from(
            [
                time.isoformat(),
                time.isoformat(" ") + "  ",
                time.isoformat().encode(),
                time.isoformat() + "Z",
                local.isoformat(),
                time,
                local,
            ]
        )
    )


NOT_NUMBERS = ["3,5", "12:30:00", "1e999", "about 3", "0x1F"]
NOT_TIMES = ["02/01/2005 03:04", "53371.5", "yesterday", "2005-13-01", "infinity", 53371.5]


def spoilt(array, value):
    """Return an array as text, its first value replaced."""
    rest = ["1.5"] * (len(array) - 1)
    return pa.array([value, *rest])


# ---------- files of a match, in process

SOUND_NAMES = ("id", "ra", "dec", "err", "mag", "pm", "when")
# every name has a letter that SQL, a path or a template might take for its own
ODD_NAMES = st.builds(
    str.__add__,
    st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=6),
    st.sampled_from("\"'`%{}[]().,;:-+*/\\éα☉"),
).filter(lambda name: not (len(name) > 2 and name[0] == name[-1] == '"'))
FAULTS = ["id", "number", "time", "flag", "place", "twice"]


@st.composite
def match_files(draw):
    """Return columns of a file, settings, what is to be read, the columns at fault, a file's fault."""
    number = draw(st.integers(3, 9))
    names = draw(
        st.one_of(
            st.just(SOUND_NAMES),
            st.lists(ODD_NAMES, min_size=7, max_size=7, unique_by=lambda name: name.lower()),
        )
    )
    place = st.floats(-80, 80, allow_subnormal=False)
    means = {
        "ra": [draw(place) + 100 for _ in range(number)],
        "dec": [draw(place) for _ in range(number)],
        "err": draw(st.lists(st.one_of(st.none(), st.floats(0.1, 9)), min_size=number, max_size=number)),
        "mag": draw(st.lists(st.one_of(st.none(), st.floats(9, 26)), min_size=number, max_size=number)),
        "pm": draw(st.lists(st.one_of(st.none(), st.floats(-99, 99)), min_size=number, max_size=number)),
    }  # fmt: skip
    columns, expected = {}, {}
    columns["id"], expected["id"] = stored_ids(number, draw)
    for name, values in means.items():
        columns[name], expected[name] = stored_number(values, draw)
    times = [datetime.datetime(2000 + i, 1, 2, 3, 4, 5) for i in range(number)]
    written = [stored_time(time, draw) for time in times]
    kinds = {type(time) for time in written}
    written = written if len(kinds) == 1 and not _zones_differ(written) else [t.isoformat() for t in times]  # fmt: skip
    columns["when"], expected["when"] = pa.array(written), times
    faults = set()
    for name in draw(st.sampled_from([()] * 7 + [(one,) for one in SOUND_NAMES] + [("id", "ra")])):
        faults.add(name)
        if name == "id":
            columns["id"] = draw(
                st.sampled_from(
                    [
                        pa.array(np.arange(number, dtype=float)),
                        pa.array([[i] for i in range(number)]),
                        pa.array([1] * number),
                        pa.array([None, *range(1, number)]),
                        pa.array([b"\xff", *[b"%d" % i for i in range(1, number)]]),
                        pa.nulls(number),
                    ]
                )
            )
        elif name == "when":
            columns[name] = pa.array([draw(st.sampled_from(NOT_TIMES))] * number)
        else:
            wrong = {
                "ra": [360.5, -1.0, None, math.nan],
                "dec": [90.5, -99.0, None, math.inf],
                "err": [-1.0, 0.0],
                "pm": [30_000.0],
                "mag": [],
            }[name]
            value = draw(st.sampled_from(wrong + NOT_NUMBERS))
            if isinstance(value, str):
                columns[name] = spoilt(columns[name], value)
            else:
                columns[name] = pa.array([value, *[1.5] * (number - 1)])
    fault = draw(st.sampled_from([None] * 9 + ["absent column", *FILE_FAULTS]))
    return dict(zip(SOUND_NAMES, names)), columns, expected, faults, fault


def _zones_differ(times):
    return len({getattr(time, "tzinfo", None) for time in times}) > 1


@settings(ODD, max_examples=200)
@given(recipe=match_files())
def test_a_file_of_a_match_is_read_right_or_refused_by_name(recipe, tmp_path_factory):
    names, columns, expected, faults, fault = recipe
    folder = tmp_path_factory.getbasetemp() / "fuzz it's"
    folder.mkdir(exist_ok=True)
    path = folder / "a.parquet"
    if path.is_dir():
        path.rmdir()
    pq.write_table(pa.table({names[name]: array for name, array in columns.items()}), path)
    catalogue = entry(folder, "a", {"kind": "circular", "columns": [names["err"]]}) | {
        "number": 1,
        **{key: names[key] for key in ("id", "ra", "dec")},
        "priors": [{"column": names["mag"], "from": "auto"}],
        "pmra": names["pm"],
        "epoch": names["when"],
        "epoch_format": "ISO",
    }
    if fault == "absent column":
        catalogue["dec"] = "no such column"
    elif fault:
        FILE_FAULTS[fault](path)
    with duckdb.connect(config={"threads": 1}) as connection:
        found = open_match_file(connection, catalogue, SENTINELS)
        told = "\n".join(found.problems)
        if fault == "absent column":
            assert f"a.dec: {path} has no column no such column; it has " in told
        elif fault:
            assert len(found.problems) == 1 and told.startswith("a.table: ") and str(folder) in told
        elif faults:
            # types are said before values are looked at
            assert any(
                f"{names[name]}: " in told or f": {names[name]} of {path} is " in told
                for name in faults
            )
            assert all(line.startswith(("a, ", "a.")) for line in found.problems), told
        else:
            assert found.problems == []
            for name, values in expected.items():
                column = '"' + names[name].replace('"', '""') + '"'
                read = connection.execute(f"select {column} from {found.relation}").fetchall()
                assert [value for (value,) in read] == values, name


# ---------- raw tables, in process


@st.composite
def raw_tables(draw):
    """Return columns to replace in tables, what is to be read of them, faults, a file's fault."""
    number = 8
    sound = sound_tables(number)
    columns, expected, faults = {}, {}, set()

    def put(table, name, array, values):
        columns[table, name], expected[table, name] = array, values

    numbers = st.lists(st.one_of(st.none(), st.floats(1, 30)), min_size=number, max_size=number)
    if draw(st.booleans()):
        put("gaia_source", "source_id", *stored_ids(number, draw, text=False, huge=False))
    if draw(st.booleans()):
        names = sound["csc_master"]["name"]
        cells = [padded(name, draw) for name in names]
        as_bytes = draw(st.booleans())
        put(
            "csc_master",
            "name",
            pa.array([c.encode() for c in cells] if as_bytes else cells),
            names,
        )
    for name in ("significance", "hard_hm"):
        array, values = stored_number(draw(numbers), draw)
        put("csc_master", name, array, values)
    array, values = stored_number(draw(numbers), draw)
    put("gaia_source", "phot_g_mean_mag", array, values)
    flags = draw(st.lists(st.sampled_from([True, False, None]), min_size=number, max_size=number))
    kind = draw(st.sampled_from(["boolean", "number", "letter"]))
    cells = {
        "boolean": flags,
        "number": [None if flag is None else int(flag) for flag in flags],
        "letter": [None if flag is None else "FT"[flag] + " " for flag in flags],
    }[kind]
    put("csc_master", "extent_flag", pa.array(cells), flags)
    time = datetime.datetime(2005, 1, 2, 3, 4, 5)
    put("csc_observation", "gti_obs", pa.array([stored_time(time, draw)]), [time.isoformat()])
    for fault in draw(
        st.sampled_from([()] * 6 + [(one,) for one in FAULTS] * 2 + [("id", "time")])
    ):
        table, name, values = {
            "id": ("gaia_source", "source_id", [draw(st.sampled_from(["12.5", "x", "1e5", "9" * 20])), *map(str, range(7))]),
            "number": ("csc_master", "significance", [draw(st.sampled_from(NOT_NUMBERS)), *["1"] * 7]),
            "time": ("csc_observation", "gti_obs", [draw(st.sampled_from(NOT_TIMES))]),
            "flag": ("csc_master", "extent_flag", [draw(st.sampled_from([2, 7])), *[1] * 7]),
            "place": ("csc_master", "dec", [draw(st.sampled_from([95.0, math.nan, None])), *[1.0] * 7]),
            "twice": ("csc_master", "name", ["a", "a ", *"bcdefg"]),
        }[fault]  # fmt: skip
        columns[table, name] = pa.array(values)
        faults.add(f"{table}.{name}: ")
    fault = draw(st.sampled_from([None] * 9 + list(FILE_FAULTS)))
    case = draw(st.sampled_from([str, str.upper, str.title]))
    return columns, expected, faults, fault, case


@pytest.fixture(scope="module")
def sound_sky(tmp_path_factory):
    sky = Build(tmp_path_factory.mktemp("sky")).write(**sound_tables(8))
    return sky, {path.stem: pq.read_table(path) for path in sky.raw.glob("*.parquet")}


@settings(ODD, max_examples=100)
@given(recipe=raw_tables())
def test_raw_tables_are_read_right_or_refused_by_name(recipe, sound_sky):
    columns, expected, faults, fault, case = recipe
    sky, tables = sound_sky
    for name, table in tables.items():
        path = sky.raw / f"{name}.parquet"
        if path.is_dir():
            path.rmdir()
        for (of_table, column), array in columns.items():
            if of_table == name:
                table = table.set_column(table.schema.get_field_index(column), column, array)
        pq.write_table(table.rename_columns([case(one) for one in table.column_names]), path)
    if fault:
        FILE_FAULTS[fault](sky.raw / "gaia_source.parquet")
        faults = {one for one in faults if not one.startswith("gaia_source")}
        faults |= {f"gaia_source: gaia_source.parquet {fault}"}
    with duckdb.connect(config={"threads": 1}) as connection:
        try:
            open_raw_tables(connection, sky.raw, SENTINELS)
        except RawTableError as error:
            assert faults, error
            # types are said before values are looked at, table by table
            assert any(one in str(error) for one in faults), error
            assert all(line.startswith("  ") for line in str(error).splitlines()[1:])
            return
        assert not faults
        for (table, column), values in expected.items():
            query = f"select {column} from raw.{table}"
            read = [value for (value,) in connection.execute(query).fetchall()]
            # what staging takes out is not yet NULL here
            read = [None if _is_staged(value) else value for value in read]
            assert read == values, (table, column)


def _is_staged(value):
    return isinstance(value, float) and (not math.isfinite(value) or value in SENTINELS)


# ---------- the whole command

N = 6
RA, DEC = np.linspace(10, 60, N), np.linspace(-50, 50, N)
ARCSEC = 1 / 3600


def columns_of(**changes):
    return {"id": np.arange(N), "ra": RA, "dec": DEC, "err": np.full(N, 0.5)} | changes


# what the second file has in place of a sound one; and the ids that are to be found
RIGHT = {
    "ids beyond BIGINT": ({"id": pa.array([2**64 - 1 - i for i in range(N)], pa.uint64())}, [str(2**64 - 1 - i) for i in range(N)]),
    "ids of FITS strings": ({"id": pa.array([b"J%d  " % i for i in range(N)])}, [f"J{i}" for i in range(N)]),
    "numbers as text": ({"ra": [f"{ra:.12E}" for ra in RA], "err": ["5d-1 "] * N}, list(range(N))),
    "motions of -9999": ({"pmra": [-9999.0] * N, "pmdec": ["--"] * N}, list(range(N))),
}  # fmt: skip
WRONG = {
    "ids in floating point": ({"id": np.arange(float(N))}, "b.parquet is DOUBLE, but ids are integers or text"),
    "an id twice": ({"id": [0, 0, *range(2, N)]}, "id: 2 rows share an id (0)"),
    "text in a position": ({"ra": ["00:40:00", *map(str, RA[1:])]}, "ra: 1 row with text where a double belongs (0)"),
    "hours": ({"ra": RA / 15}, "ra: 6 rows, none of them near a row of a, nearly all if they were in hours"),
    "an epoch as MJD": ({"when": [53371.0] * N}, "when: 6 rows whose epoch, as julian year, is not between 1800 and 2200"),
    "an absent column": ({"err": None}, "b.error.columns:"),
    "is empty": ({}, "b.parquet is empty; fetch or write it again"),
    "is cut off": ({}, "b.parquet is cut off; fetch or write it again"),
    "is FITS": ({}, "b.parquet is FITS; Table.read(...).write('b.parquet') of astropy makes it Parquet"),
    "is compressed (gzip)": ({}, "b.parquet is compressed (gzip)"),
    "cannot be read": ({}, "b.table: there is no file"),
}  # fmt: skip


def run(folder, changes, fault=None):
    """Run `lynceus match` on two files; return the finished command and the folder of the match."""
    folder = folder / "50 % of é's"
    folder.mkdir()
    pq.write_table(pa.table(columns_of(when=np.full(N, 2000.0))), folder / "a.parquet")
    b = columns_of(dec=DEC + ARCSEC, when=np.full(N, 2016.0), pmra=[0.0] * N, pmdec=[0.0] * N)
    b = {name: values for name, values in (b | changes).items() if values is not None}
    pq.write_table(pa.table(b), folder / "b.parquet")
    if fault:
        FILE_FAULTS[fault](folder / "b.parquet")
    motion = {"epoch": "when", "pmra": "pmra", "pmdec": "pmdec"}
    catalogues = [
        entry(folder, "a", epoch="when"),
        entry(folder, "b", area_deg2=1.0, completeness=0.9, **motion),
    ]
    path = folder / "m.yml"
    path.write_text(yaml.safe_dump({"match": match_of("fuzz", 5.0, catalogues)}))
    environment = Build(folder).environment(LYNCEUS_RELEASES=str(folder), LYNCEUS_DATA="none")
    done = CliRunner().invoke(main, ["match", str(path)], env=environment)
    return done, folder / "matches/fuzz"


@pytest.mark.parametrize("case", RIGHT)
def test_the_command_gives_the_right_pairs(case, tmp_path):
    changes, ids = RIGHT[case]
    done, folder = run(tmp_path, changes)
    assert done.exit_code == 0, done.output
    table = Table.read(folder / "named_posteriors.fits")
    best = table[table["match_flag"] == 1]
    assert best["a_id"].tolist() == list(range(N))
    assert [one.strip() if isinstance(one, str) else one for one in best["b_id"].tolist()] == ids
    np.testing.assert_allclose(best["separation_arcsec"], 1, atol=1e-6)
    if case == "motions of -9999":
        assert "b.parquet: counted as missing: pmra 6 rows of -9999" in " ".join(
            done.output.split()
        )


@pytest.mark.parametrize("case", WRONG)
def test_the_command_says_what_is_wrong_and_leaves_nothing(case, tmp_path):
    changes, message = WRONG[case]
    done, folder = run(tmp_path, changes, case if case in FILE_FAULTS else None)
    shown = " ".join(done.output.split())
    assert done.exit_code == 1 and isinstance(done.exception, SystemExit)
    assert shown.count(message) >= 1 and "Traceback" not in shown, shown
    assert str(tmp_path / "50 % of é's/b.parquet") in shown
    assert not folder.exists() and not list(folder.parent.glob(".part*"))
