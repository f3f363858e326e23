"""Archive downloads against a local TAP service: complete, exact, patient, and never silently
short.
"""

import json
import os
import time
from dataclasses import replace

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from astropy.table import Table
from click.testing import CliRunner
from mocpy import MOC
from tap_service import TapService, running

from lynceus.commands import main
from lynceus.commands.download import download as command
from lynceus.inputs.archives.adql import Region, columns_used
from lynceus.inputs.archives.columns import to_contract
from lynceus.inputs.archives.cones import checked, inside, read_cones, write_coverage
from lynceus.inputs.archives.download import Settings, download
from lynceus.inputs.archives.services import SERVICES, TABLES, ArchiveError
from lynceus.inputs.checks import open_raw_tables
from lynceus.inputs.raw_tables import raw_tables

FIRST_ID = 2**60 + 1  # beyond what a double can hold
NAMES = {"csc_master": "name", "gaia_source": "source_id"}


def archive_rows(table, alias, **known):
    """Return rows for one archive table: its columns that we fetch, NULL unless known."""
    rows = len(next(iter(known.values())))
    types = {
        column.name: raw_tables()[table].schema.field(column.name).type
        for column in raw_tables()[table].columns
    }
    columns = {
        source.partition(".")[2].strip('"'): pa.nulls(rows, types[name])
        for name, source in TABLES[table].columns.items()
        if source.startswith(f"{alias}.")
    }
    return pa.table(columns | {name: pa.array(values) for name, values in known.items()})


def sky(rows, ra=(83.0, 84.0), dec=(-6.0, -5.0), seed=1):
    """Return random positions: ra, dec (deg)."""
    random = np.random.default_rng(seed)
    return random.uniform(*ra, rows) % 360, random.uniform(*dec, rows)


def gaia_rows(ra, dec):
    return archive_rows(
        "gaia_source",
        "g",
        source_id=np.arange(len(ra)) + FIRST_ID,
        ra=ra,
        dec=dec,
        parallax=[None if i % 2 else float(i) for i in range(len(ra))],
        teff_gspphot=[float("nan") if i % 3 else 5000.0 for i in range(len(ra))],
    )


@pytest.fixture(scope="module")
def server():
    """One running service for all tests; `service` makes it fresh for each."""
    holder = TapService()
    with running(holder) as url:
        yield holder, url


@pytest.fixture
def service(server):
    """A well-behaved service with Gaia sources around ra 83.5, dec -5.5, and its URL."""
    holder, holder.url = server
    TapService.__init__(holder)
    holder.add("gaiadr3.gaia_source", gaia_rows(*sky(600)))
    return holder


@pytest.fixture
def fetch(service, tmp_path):
    """Download a table in some cones quickly; returns it as an Arrow table."""

    def fetch(cones, name="gaia_source", **settings):
        urls = dict.fromkeys(SERVICES, service.url)
        settings = {"tries": 3, "wait_s": 0.001, "progress": False} | settings
        download(name, checked(cones, "test"), tmp_path, Settings(urls=urls, **settings))
        return pq.read_table(tmp_path / f"{name}.parquet")

    return fetch


def expected_ids(ra, dec, cones):
    """Return the source ids in any of the cones, by unit vectors: another formula than the code's."""

    def vectors(ra, dec):
        ra, dec = np.radians(ra), np.radians(dec)
        return np.column_stack([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)])

    cones = np.asarray(cones, dtype=float)
    chord = np.linalg.norm(
        vectors(ra, dec)[:, None] - vectors(cones[:, 0], cones[:, 1])[None], axis=2
    )
    return (
        np.flatnonzero((chord <= 2 * np.sin(np.radians(cones[:, 2]) / 2)).any(axis=1)) + FIRST_ID
    ).tolist()


def add_csc(service, ra, dec):
    """Give the service CSC tables: each source in two observations of one stack, a third ambiguous
    in another.
    """
    n = len(ra)
    names = [f"2CXO J{i:06d}   " for i in range(n)]
    flags = [("TRUE", "false", None)[i % 3] for i in range(n)]
    service.add(
        "csc21.master_source",
        archive_rows(
            "csc_master",
            "m",
            name=names,
            ra=ra,
            dec=dec,
            err_ellipse_r0=[0.5] * n,
            err_ellipse_r1=[0.4] * n,
            conf_flag=flags,
            var_flag=[i % 2 for i in range(n)],
            extent_flag=[i % 2 == 0 for i in range(n)],
            flux_aper90_lolim_b=[1e-15 * i for i in range(n)],
        ),
    )
    stack = ["acisfJ1_001"] * n + ["acisfJ2_001"] * (n // 3)
    sources = list(range(n)) + list(range(0, n - n % 3, 3))
    kinds = ["u"] * n + ["a"] * (n // 3)
    service.add(
        "csc21.master_stack_assoc",
        pa.table(
            {
                "name": [names[i] for i in sources],
                "detect_stack_id": stack,
                "region_id": sources,
                "match_type": kinds,
            }
        ),
    )
    service.add(
        "csc21.stack_source",
        pa.table(
            {
                "detect_stack_id": stack,
                "region_id": sources,
                "theta_mean": [0.1 * i for i in sources],
            }
        ),
    )
    observed = [(obsid, i) for obsid in (101, 102) for i in range(n)]
    service.add(
        "csc21.stack_observation_assoc",
        pa.table(
            {
                "detect_stack_id": ["acisfJ1_001"] * 2 * n,
                "region_id": [i for _, i in observed],
                "obsid": [obsid for obsid, _ in observed],
                "obi": [0] * 2 * n,
            }
        ),
    )
    service.add(
        "csc21.observation_source",
        archive_rows(
            "csc_observation",
            "o",
            obsid=[obsid for obsid, _ in observed],
            obi=[0] * 2 * n,
            region_id=[i for _, i in observed],
            theta=[float(i) for _, i in observed],
            instrument=["ACIS "] * 2 * n,
        ),
    )


def add_infrared(service, ra, dec):
    names = [f"J{i:05d}" for i in range(len(ra))]
    service.add("fp_psc", archive_rows("twomass", "t", designation=names, ra=ra, dec=dec))
    service.add(
        "allwise_p3as_psd",
        archive_rows(
            "allwise",
            "w",
            designation=names,
            ra=ra,
            dec=dec,
            ext_flg=[i % 6 for i in range(len(ra))],
        ),
    )
    service.add("catwise_2020", archive_rows("catwise", "c", source_id=names, ra=ra, dec=dec))
    service.add(
        "unwise_dr1.object",
        archive_rows(
            "unwise",
            "u",
            unwise_objid=names,
            ra=ra,
            dec=dec,
            primary=[i % 2 for i in range(len(ra))],
        ),
    )
    ids = np.arange(len(ra)) + FIRST_ID
    service.add(
        "basic",
        archive_rows("simbad", "b", main_id=names, ra=ra, dec=dec, otype=["QSO   "] * len(ra)),
    )
    service.add("gaia.edr3lite", pa.table({"source_id": ids, "ra": ra, "dec": dec}))
    service.add(
        "gedr3dist.main",
        archive_rows(
            "gaia_distance", "d", source_id=ids[::-1], r_med_geo=ids[::-1] - FIRST_ID + 1.0
        ),
    )


# ---------- what is in the cones, all of it, once


def test_every_table_arrives_in_the_contract_s_form(service, fetch, tmp_path):
    ra, dec = sky(60)
    add_csc(service, ra, dec)
    add_infrared(service, ra, dec)
    cone = [(83.5, -5.5, 0.3)]
    sources = inside(ra, dec, cone).sum()
    assert 5 < sources < 55
    for name, rows in (
        ("csc_master", sources),
        ("csc_stack", sources),
        ("csc_observation", 2 * sources),
        ("twomass", sources),
        ("allwise", sources),
        ("catwise", sources),
        ("unwise", sources),
        ("gaia_distance", sources),
    ):
        table = fetch(cone, name)
        assert len(table) == rows, name
        assert table.schema.equals(raw_tables()[name].schema)
    fetch(cone)
    with duckdb.connect() as connection:
        open_raw_tables(connection, tmp_path)  # raises if anything breaks the contract


def test_csc_values_survive_padding_and_flags_of_any_kind(service, fetch):
    ra, dec = sky(30)
    add_csc(service, ra, dec)
    table = fetch([(83.5, -5.5, 1.0)], "csc_master").to_pydict()
    assert table["name"] == [f"2CXO J{i:06d}" for i in range(30)]
    assert table["conf_flag"] == [(True, False, None)[i % 3] for i in range(30)]
    assert not [query for query in service.queries if "CONTAINS" in query]  # which the CSC refuses
    assert table["var_flag"] == [i % 2 == 1 for i in range(30)]
    assert table["extent_flag"] == [i % 2 == 0 for i in range(30)]
    assert table["flux_aper90_lolim_b"] == [1e-15 * i for i in range(30)]


def test_rows_equal_brute_force_in_overlapping_cones(service, fetch):
    ra, dec = sky(600)
    cones = [(83.4, -5.5, 0.2), (83.6, -5.5, 0.2), (83.5, -5.4, 0.15), (83.5, -5.4, 0.15)]
    for cones_per_query in (1, 2, 50):
        table = fetch(cones, cones_per_query=cones_per_query)
        assert table["source_id"].to_pylist() == expected_ids(ra, dec, cones)


@pytest.mark.parametrize(
    "cone",
    [
        (0.1, 0.0, 0.4),
        (359.9, 20.0, 0.4),
        (120.0, 89.9, 0.4),
        (5.0, -90.0, 0.5),
        (10.0, 88.0, 1.9),
    ],
)
@pytest.mark.parametrize("name", ["gaia_source", "csc_master"])
def test_cones_across_ra_0_and_over_the_poles_are_whole(service, fetch, cone, name):
    spread = (0, 360) if abs(cone[1]) > 80 else (359, 361)
    ra, dec = sky(3000, spread, (max(cone[1] - 2, -90), min(cone[1] + 2, 90)))
    service.add("gaiadr3.gaia_source", gaia_rows(ra, dec))
    if name == "csc_master":
        add_csc(service, ra, dec)
    rows = fetch([cone], name, rows_per_query=500)[NAMES[name]].to_pylist()
    expected = expected_ids(ra, dec, [cone])
    assert len(expected) > 20
    assert rows == (
        expected if name == "gaia_source" else [f"2CXO J{i - FIRST_ID:06d}" for i in expected]
    )


def test_a_large_cone_is_cut_exactly_at_borders(service, fetch, tmp_path):
    # sources that lie on the very borders of the slices: the cone's middle, quarters, eighths
    dec = np.repeat(np.arange(-16, 17) / 16, 7)
    ra = np.tile(np.linspace(99.9, 100.1, 7), 33)
    service.add("gaiadr3.gaia_source", gaia_rows(ra, dec))
    table = fetch([(100.0, 0.0, 1.5)], rows_per_query=10)
    assert table["source_id"].to_pylist() == [FIRST_ID + i for i in range(len(ra))]
    assert len(service.data_queries) > 20
    provenance = json.loads((tmp_path / "provenance.json").read_text())["gaia_source"]
    assert provenance["rows_counted_by_service"] == len(ra)  # no row came twice


def test_no_rows_give_an_empty_table(fetch):
    assert len(fetch([(10.0, 10.0, 0.1)])) == 0


# ---------- values


def test_the_tables_of_the_services_fit_the_contract():
    for name, table in TABLES.items():
        columns = {column.name: column for column in raw_tables()[name].columns}
        assert set(table.renamed) | table.optional <= set(columns), name
        assert not [
            column for column in table.optional if columns[column].required or columns[column].key
        ]
        assert {
            alias for source in table.columns.values() for alias, _ in columns_used(source)
        } <= set(table.sources)


def test_a_renamed_column_may_be_an_expression_that_changes_its_unit(service, fetch, monkeypatch):
    add_infrared(service, *sky(5))
    changed = replace(TABLES["allwise"], renamed={"sigra": "w.ext_flg * 3600"})
    monkeypatch.setitem(TABLES, "allwise", changed)
    assert fetch([(83.5, -5.5, 1.0)], "allwise")["sigra"].to_pylist() == [
        i * 3600.0 for i in range(5)
    ]


def test_a_column_named_by_a_reserved_word_is_quoted_and_distances_come_by_join(service, fetch):
    add_infrared(service, *sky(6))
    cone = [(83.5, -5.5, 1.0)]
    assert fetch(cone, "unwise")["primary"].to_pylist() == [0, 1, 0, 1, 0, 1]
    distances = fetch(cone, "gaia_distance")
    assert distances["r_med_geo"].to_pylist() == [
        i - FIRST_ID + 1.0 for i in distances["source_id"].to_pylist()
    ]


def test_ids_stay_exact_and_missing_is_null(fetch):
    table = fetch([(83.5, -5.5, 1.0)])
    assert table["source_id"].to_pylist() == [FIRST_ID + i for i in range(600)]
    assert table["parallax"].to_pylist() == [None if i % 2 else float(i) for i in range(600)]
    assert table["teff_gspphot"].to_pylist() == [None if i % 3 else 5000.0 for i in range(600)]


def test_nan_and_blank_text_are_null_and_numbers_may_come_as_text():
    answer = Table({"A": [np.nan, 1.5], "b": ["  ", "x "], "c": [" 7", ""]})
    schema = pa.schema(
        [("a", pa.float64()), ("b", pa.string()), ("c", pa.int32()), ("d", pa.bool_())]
    )
    assert to_contract(answer, schema, absent={"d"}).to_pydict() == {
        "a": [None, 1.5],
        "b": [None, "x"],
        "c": [7, None],
        "d": [None, None],
    }


def test_ids_that_came_as_floating_point_are_refused(service, fetch):
    rows = gaia_rows(*sky(10))
    rounded = rows["source_id"].cast(pa.float64(), safe=False)
    service.add("gaiadr3.gaia_source", rows.set_column(0, "source_id", rounded))
    with pytest.raises(ArchiveError, match="gaia_source: column source_id .* floating point"):
        fetch([(83.5, -5.5, 1.0)])


def test_a_flag_that_is_neither_true_nor_false_is_refused(service, fetch):
    add_csc(service, [83.5], [-5.5])
    service.add(
        "csc21.master_source",
        archive_rows("csc_master", "m", name=["x"], ra=[83.5], dec=[-5.5], var_flag=["maybe"]),
    )
    with pytest.raises(ArchiveError, match="var_flag .*'maybe' is neither true nor false"):
        fetch([(83.5, -5.5, 1.0)], "csc_master")


def test_a_missing_column_is_named_and_an_optional_one_is_null(service, fetch, tmp_path):
    rows = gaia_rows(*sky(10))
    service.add("gaiadr3.gaia_source", rows.drop_columns(["vbroad"]))
    assert fetch([(83.5, -5.5, 1.0)])["vbroad"].null_count == 10
    assert json.loads((tmp_path / "provenance.json").read_text())["gaia_source"][
        "columns_absent"
    ] == ["vbroad"]
    service.add("gaiadr3.gaia_source", rows.drop_columns(["ruwe"]))
    with pytest.raises(
        ArchiveError, match="gaia_source: .* has no column ruwe in gaiadr3.gaia_source"
    ):
        fetch([(83.5, -5.5, 1.0)])


# ---------- services that fail


def test_a_service_that_comes_back_is_asked_again(service, fetch):
    service.unavailable = 2
    assert len(fetch([(83.5, -5.5, 1.0)])) == 600


def test_a_service_that_stays_away_is_given_up(service, fetch):
    service.unavailable = 1000
    with pytest.raises(ArchiveError, match="did not answer in 3 tries: .*503"):
        fetch([(83.5, -5.5, 1.0)])
    assert len(service.queries) == 3


def test_a_busy_service_is_given_the_time_it_asks_for(service, fetch):
    service.unavailable, service.retry_after_s = 1, 1
    start = time.monotonic()
    assert len(fetch([(83.5, -5.5, 1.0)])) == 600
    assert time.monotonic() - start > 1


def test_a_broken_transfer_is_repeated(service, fetch):
    service.broken = 2
    assert len(fetch([(83.5, -5.5, 1.0)])) == 600


def test_a_slow_service_runs_into_the_timeout(service, fetch):
    service.delay_s = 0.5
    with pytest.raises(ArchiveError, match="did not answer in 2 tries: .*[Tt]imed out"):
        fetch([(83.5, -5.5, 1.0)], timeout_s=0.1, tries=2)


def test_a_refused_query_stops_at_once_with_the_service_s_words(service, fetch):
    service.error = "Unknown function SPAM"
    with pytest.raises(ArchiveError, match="Unknown function SPAM"):
        fetch([(83.5, -5.5, 1.0)])
    assert len(service.queries) == 2  # the columns, which it may well not tell, and the first count


def test_an_error_that_passes_is_tried_again(service, fetch):
    service.error = "too many queries, try again later"
    with pytest.raises(ArchiveError, match="did not answer in 3 tries: .*try again later"):
        fetch([(83.5, -5.5, 1.0)])


# ---------- nothing is cut off silently


def test_an_overflow_is_resolved_by_smaller_queries(service, fetch):
    service.hard_limit = 50
    ra, dec = sky(600)
    assert fetch([(83.5, -5.5, 0.4)])["source_id"].to_pylist() == expected_ids(
        ra, dec, [(83.5, -5.5, 0.4)]
    )


def test_a_row_limit_the_service_does_not_tell_is_resolved_too(service, fetch):
    service.silent_limit = 150
    assert len(fetch([(83.5, -5.5, 1.0)])) == 600


def test_lost_rows_are_an_error_that_names_table_cone_and_counts(service, fetch, tmp_path):
    service.add("gaiadr3.gaia_source", gaia_rows(*sky(40)))
    service.lost_rows = 3
    place = r"gaia_source, cone ra=83.5\d* dec=-5.5\d* radius=1.0\d* deg"
    message = f"{place}: .* expects 40 rows: received 37 in each of 3 tries"
    with pytest.raises(ArchiveError, match=message):
        fetch([(83.5, -5.5, 1.0)])
    assert not (tmp_path / "gaia_source.parquet").exists()


def test_more_rows_at_one_place_than_a_query_may_hold_is_an_error(service, fetch):
    service.add("gaiadr3.gaia_source", gaia_rows(np.full(30, 83.5), np.full(30, -5.5)))
    with pytest.raises(ArchiveError, match="expects 30 rows: at most 10 are asked for"):
        fetch([(83.5, -5.5, 0.1)], rows_per_query=10)


# ---------- going on


def test_a_second_run_does_not_ask_for_finished_pieces(service, fetch):
    cones = [(83.0 + 0.1 * i, -5.5, 0.1) for i in range(10)]
    settings = {"cones_per_query": 2, "rows_per_query": 10}
    first = fetch(cones, **settings)
    asked = len(service.data_queries)
    service.queries.clear()
    again = fetch(cones, **settings)
    assert asked > 5 and again.equals(first)
    assert not service.data_queries and not [query for query in service.queries if "COUNT" in query]


def test_an_interrupted_download_goes_on_where_it_stopped(service, fetch, tmp_path, monkeypatch):
    cones = [(83.0 + 0.1 * i, -5.5, 0.1) for i in range(10)]
    answer, left = service._answer, [9]  # the columns, then four pieces of a count and a select

    def stop_later(query, maxrec):
        left[0] -= 1
        if left[0] < 0:
            service.error = "query engine removed"
        return answer(query, maxrec)

    monkeypatch.setattr(service, "_answer", stop_later)
    with pytest.raises(ArchiveError, match="query engine removed"):
        fetch(cones, cones_per_query=1)
    finished = len(list((tmp_path / ".download" / "gaia_source").glob("*.parquet")))
    monkeypatch.undo()
    service.error = None
    service.queries.clear()
    table = fetch(cones, cones_per_query=1)
    assert finished >= 4 and len(service.data_queries) == 10 - finished
    assert table["source_id"].to_pylist() == expected_ids(*sky(600), cones)


@pytest.mark.parametrize("damage", [b"", b"PAR1", slice(0, 400), b"\0" * 500])
def test_a_piece_that_a_disk_left_half_is_asked_for_again(damage, service, fetch, tmp_path):
    cones = [(83.0 + 0.1 * i, -5.5, 0.1) for i in range(4)]
    first = fetch(cones, cones_per_query=1)
    piece = next((tmp_path / ".download" / "gaia_source").glob("*.parquet"))
    piece.write_bytes(piece.read_bytes()[damage] if isinstance(damage, slice) else damage)
    service.queries.clear()
    assert fetch(cones, cones_per_query=1).equals(first)
    assert len(service.data_queries) == 1


@pytest.mark.parametrize("damage", ["", '{"gaia_source": {"rows"', "[]", "\0\0"])
def test_a_provenance_that_was_cut_off_is_set_aside(damage, fetch, tmp_path, capsys):
    (tmp_path / "provenance.json").write_text(damage)
    rows = len(fetch([(83.5, -5.5, 0.1)]))
    written = json.loads((tmp_path / "provenance.json").read_text())
    assert written["gaia_source"]["rows"] == rows
    assert (tmp_path / "provenance.damaged.json").read_text() == damage
    assert "was cut off" in capsys.readouterr().err


def test_a_count_without_a_row_is_asked_again(service, fetch):
    service.uncounted = 2
    assert len(fetch([(83.5, -5.5, 0.1)]))
    service.uncounted = 100
    with pytest.raises(ArchiveError, match="answered a count without a number in 3 tries"):
        fetch([(83.6, -5.5, 0.1)])


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_service_that_has_moved_is_followed(status, service, fetch):
    there = fetch([(83.5, -5.5, 0.1)])
    service.moved, service.url = status, f"{service.url}_old"
    assert fetch([(83.5, -5.5, 0.1)]).equals(there) and len(there)
    assert len(service.data_queries) == 2


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
@pytest.mark.parametrize("file", ["gaia_source.parquet.part", "provenance.json.part"])
def test_a_full_disk_is_one_line_and_leaves_nothing(file, service, tmp_path):
    (tmp_path / file).symlink_to("/dev/full")
    arguments = [
        *("download", "--folder", str(tmp_path), "--cone", "83.5", "-5.5", "0.1"),
        *("--tables", "gaia_source", "--service", f"gaia={service.url}"),
    ]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 1 and isinstance(done.exception, SystemExit)
    assert "No space left on device; make room, then give the command again" in done.output
    assert not [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")]


def test_the_same_cones_in_another_order_give_the_same_bytes(fetch, tmp_path):
    cones = [(83.0 + 0.1 * i, -5.5, 0.1) for i in range(6)]
    fetch(cones, cones_per_query=2)
    first = (tmp_path / "gaia_source.parquet").read_bytes()
    fetch(cones[::-1], cones_per_query=3)
    assert (tmp_path / "gaia_source.parquet").read_bytes() == first


def test_rows_that_share_a_key_but_differ_are_counted(service, fetch, tmp_path):
    rows = gaia_rows(*sky(10))
    other = rows.slice(0, 1).set_column(rows.column_names.index("ruwe"), "ruwe", pa.array([1.5]))
    service.add("gaiadr3.gaia_source", pa.concat_tables([rows, other.cast(rows.schema)]))
    assert len(fetch([(83.5, -5.5, 1.0)])) == 10
    assert (
        json.loads((tmp_path / "provenance.json").read_text())["gaia_source"][
            "keys_with_differing_rows"
        ]
        == 1
    )


# ---------- the command


def exit_code(arguments):
    with pytest.raises(SystemExit) as left:
        command(list(map(str, arguments)))
    return left.value.code


def run(service, folder, *arguments):
    services = [part for name in SERVICES for part in ("--service", f"{name}={service.url}")]
    return exit_code(
        [
            "--folder",
            str(folder),
            *services,
            "--tries",
            "2",
            "--wait-s",
            "0.001",
            *map(str, arguments),
        ]
    )


def test_the_command_downloads_around_the_xray_sources_it_has_just_found(service, tmp_path, capsys):
    ra, dec = sky(600)
    add_csc(service, ra[:40], dec[:40])
    add_infrared(service, ra, dec)
    assert (
        run(service, tmp_path, "--cone", 83.5, -5.5, 0.3, "--around-xray", "--radius-arcsec", 200)
        == 0
    )
    xray = pq.read_table(tmp_path / "csc_master.parquet", columns=["ra", "dec"])
    cones = np.column_stack([xray["ra"], xray["dec"], np.full(len(xray), 200 / 3600)])
    ids = expected_ids(ra, dec, cones)
    assert pq.read_table(tmp_path / "gaia_source.parquet")["source_id"].to_pylist() == ids
    designations = pq.read_table(tmp_path / "allwise.parquet")["designation"].to_pylist()
    assert designations == [f"J{i - FIRST_ID:05d}" for i in ids]
    provenance = json.loads((tmp_path / "provenance.json").read_text())
    assert set(provenance) == set(TABLES) and provenance["gaia_source"]["rows"] == len(ids)
    assert provenance["gaia_source"]["cones"] == len(cones)
    assert "FROM gaiadr3.gaia_source g WHERE <cones>" in provenance["gaia_source"]["query"]
    output = capsys.readouterr()
    assert f"gaia_source: {len(ids)} rows in {len(cones)} cones" in output.out
    assert "gaia_source: 100%" in output.err


def test_the_environment_may_name_a_service(service, tmp_path, monkeypatch):
    monkeypatch.setenv("LYNCEUS_TAP_GAIA", service.url)
    assert (
        exit_code(["--folder", tmp_path, "--cone", 83.5, -5.5, 0.3, "--tables", "gaia_source"]) == 0
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--cone", 10, 95, 1], "dec must be -90 to 90 deg, not 95"),
        (["--cone", 10, 5, 0], "radius must be above 0, to 90 deg, not 0"),
        (["--cone", 400, 5, 1], "ra must be 0 to 360 deg, not 400"),
        (["--cone", "nan", 5, 1], "ra must be 0 to 360 deg, not nan"),
        ([], "say where: --cone, --cones or --around-xray"),
        (["--around-xray"], "download csc_master first"),
        (["--around-xray", "--radius-arcsec", -1], "--radius-arcsec must be above 0"),
        (["--around-xray", "--tables", "csc_master"], "csc_master needs --cone or --cones"),
        (["--cones", "absent.csv"], "absent.csv: cannot be read"),
        (["--cone", 10, 5, 1, "--service", "vizier=x"], "--service takes NAME=URL"),
    ],
)
def test_bad_input_is_one_message_and_no_success(service, tmp_path, capsys, arguments, message):
    assert run(service, tmp_path, *arguments) == 1
    error = capsys.readouterr().err
    assert message in error and error.count("\n") == 1
    assert not service.queries


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--tries", 0),
        ("--wait-s", -1),
        ("--timeout-s", "nan"),
        ("--rows-per-query", -5),
    ],
)
def test_options_that_make_no_sense_are_refused_by_name(service, tmp_path, capsys, option, value):
    assert run(service, tmp_path, "--cone", 10, 5, 1, f"{option}={value}") == 2
    assert f"'{option}': must be above 0" in capsys.readouterr().err


def test_an_unknown_table_is_refused_by_name(service, tmp_path, capsys):
    assert run(service, tmp_path, "--cone", 10, 5, 1, "--tables", "panstarrs") == 2
    assert "'panstarrs'" in capsys.readouterr().err


# ---------- cones


def test_cones_are_read_from_csv_and_parquet(tmp_path):
    (tmp_path / "cones.csv").write_text(
        "dec,ra,radius_deg,note\n-5,83,0.1,a\n10,20,1,b\n-5,83,0.1,c\n"
    )
    pq.write_table(
        pa.table({"ra": [20, 83], "dec": [10, -5], "radius_deg": [1, 0.1]}),
        tmp_path / "cones.parquet",
    )
    expected = [[20, 10, 1], [83, -5, 0.1]]
    assert (
        read_cones(tmp_path / "cones.csv").tolist()
        == read_cones(tmp_path / "cones.parquet").tolist()
        == expected
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ra,dec\n1,2\n", "no column radius_deg"),
        ("ra,dec,radius_deg\n", "no cones"),
        ("ra,dec,radius_deg\n1,,3\n", "dec must be"),
        ("ra,dec,radius_deg\n1,x,3\n", "must be numbers"),
    ],
)
def test_a_cones_file_without_proper_cones_is_refused(tmp_path, text, message):
    (tmp_path / "cones.csv").write_text(text)
    with pytest.raises(ArchiveError, match=message):
        read_cones(tmp_path / "cones.csv")


@pytest.mark.parametrize("cone", [(10.0, 20.0, 30 / 3600), (0.0, 90.0, 0.5), (359.99, -30.0, 5.0)])
def test_the_coverage_is_the_cone_s_area_within_one_percent(tmp_path, cone):
    write_coverage(np.array([cone]), tmp_path / "moc.fits")
    exact = (1 - np.cos(np.radians(cone[2]))) / 2
    assert 1 <= MOC.from_fits(tmp_path / "moc.fits").sky_fraction / exact < 1.01


def test_halves_of_a_region_meet_at_one_number():
    low, high = Region(((10.0, 89.9, 1.0),)).halves()
    assert low.dec_to == high.dec_from == 89.45 and low.dec_from is None and high.dec_to is None
    assert Region(((10.0, 0.0, 1e-10),)).halves() is None
