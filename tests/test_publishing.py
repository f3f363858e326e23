"""What a release promises: every file with its checksum, equal bytes, whole or not at all."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys

import duckdb
import numpy as np
import pytest
from astropy import units
from astropy.io.votable.ucd import parse_ucd
from astropy.table import Table
from conftest import PROJECT
from mocpy import MOC
from released_examples import COLUMNS, ROWS, database_of, plain_rows, rounded, sorted_rows, table_of

import lynceus.release.write
from lynceus.commands.release import release
from lynceus.release.tables import ReleaseError, released_tables
from lynceus.release.write import write_release

# erg is deprecated in VOUnit and says so whenever it is read
pytestmark = pytest.mark.filterwarnings("ignore::astropy.units.UnitsWarning")


def dbt_manifest_of(tables):
    """Return what dbt writes of these tables, and of neighbours that are not released."""
    nodes = {f"model.lynceus.{table.name}": model_node(table) for table in tables}
    nodes["model.lynceus.stg"] = {
        "resource_type": "model",
        "fqn": ["lynceus", "staging", "release"],
    }
    nodes["test.lynceus.x"] = {"resource_type": "test", "fqn": ["lynceus", "release", "x"]}
    return {"nodes": nodes}


def model_node(table):
    columns = {
        column.name: {
            "name": column.name,
            "data_type": column.data_type,
            "description": f"{column.description}\n",
            "config": {"meta": {"unit": column.unit, "ucd": column.ucd}},
            "constraints": [],
        }
        for column in table.columns
    }
    return {
        "resource_type": "model",
        "fqn": ["lynceus", "release", table.name],
        "schema": table.schema,
        "name": table.name,
        "description": table.description,
        "columns": columns,
        "constraints": [],
        "config": {"meta": {"released_order": list(table.sort_by)}},
    }


class Place:
    """A database, dbt's manifest, raw tables and a folder of releases."""

    def __init__(self, folder):
        self.database, self.manifest = (
            folder / "lynceus.duckdb",
            folder / "target" / "manifest.json",
        )
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
            f"--database={self.database}",
            f"--manifest={self.manifest}",
            f"--data={self.data}",
            f"--releases={self.releases}",
        ]

    def listing(self):
        """Return the releases as names, and the checksum of every file in them."""
        files = sorted(
            path for path in self.releases.rglob("*") if path.is_file() and path.name != ".lock"
        )
        return {
            str(path.relative_to(self.releases)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in files
        }


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path)


def test_dbt_manifest_tells_the_tables(place):
    assert released_tables(place.manifest) == [table_of(COLUMNS)]


def test_a_primary_key_sorts_where_no_order_is_given(place):
    manifest = json.loads(place.manifest.read_text())
    node = manifest["nodes"]["model.lynceus.xray_sources"]
    node["config"]["meta"] = {}
    node["columns"]["gaia_source_id"]["constraints"] = [
        {"type": "not_null"},
        {"type": "primary_key"},
    ]
    place.manifest.write_text(json.dumps(manifest))
    assert released_tables(place.manifest)[0].order[:2] == ("gaia_source_id", "csc_name")


def test_a_release_holds_every_file_and_its_checksum(place):
    folder, is_new = place.release()
    manifest = json.loads((folder / "manifest.json").read_text())
    assert (
        is_new
        and folder.name == manifest["release"]
        and os.readlink(place.releases / "latest") == folder.name
    )
    names = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - {
        "manifest.json"
    }
    assert (
        names
        == set(manifest["files"])
        == {
            "xray_sources.parquet",
            "xray_sources.fits",
            "xray_sources.vot",
            "coverage.moc.fits",
            "figures/sky_map.png",
            "figures/sky_map.svg",
        }
    )
    for name, entry in manifest["files"].items():
        content = (folder / name).read_bytes()
        assert entry == {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    assert manifest["inputs"]["csc_master.parquet"]["sha256"] == hashlib.sha256(b"raw").hexdigest()
    assert manifest["tables"][0]["rows"] == len(ROWS)
    assert manifest["rights"] == "CC BY-SA 3.0 IGO" and "Lynceus" in manifest["citation"]
    assert "doi:10.1093/mnras/stx2651" in manifest["cites"]
    assert manifest["packages"]["duckdb"] == duckdb.__version__
    assert manifest["vars"]["match"]["radius_arcsec"] == 15
    assert str(place.database.parent) not in (folder / "manifest.json").read_text()


def test_a_table_that_says_so_is_released_as_machine_readable_too(place):
    manifest = json.loads(place.manifest.read_text())
    manifest["nodes"]["model.lynceus.xray_sources"]["config"]["meta"]["released_as_mrt"] = True
    place.manifest.write_text(json.dumps(manifest))
    folder, _ = place.release("1")
    before = place.listing()
    assert plain_rows(Table.read(folder / "xray_sources.mrt", format="ascii.mrt")) == rounded(
        sorted_rows(ROWS)
    )
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
    seed = {
        "resource_type": "seed",
        "name": "bins",
        "original_file_path": "pyproject.toml",
        "fqn": ["lynceus", "bins"],
    }
    place.manifest.write_text(
        json.dumps(manifest | {"nodes": manifest["nodes"] | {"seed.lynceus.bins": seed}})
    )
    results = {"args": {"vars": {"p_any_threshold": 0.6}}}
    place.manifest.with_name("run_results.json").write_text(json.dumps(results))
    folder, _ = place.release()
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["vars"]["p_any_threshold"] == 0.6
    assert manifest["seeds"] == {
        "bins": hashlib.sha256((PROJECT / "pyproject.toml").read_bytes()).hexdigest()
    }


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
    with pytest.raises(
        ReleaseError, match=r"release 1\.0 exists with other content \(xray_sources\.parquet\)"
    ):
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

    monkeypatch.setattr(lynceus.release.write, "write_votable", fail)
    with pytest.raises(OSError, match="no space"):
        place.release()
    assert place.listing() == before
    assert json.loads((place.releases / "latest" / "manifest.json").read_text())["tables"][0][
        "rows"
    ] == len(ROWS)


def test_a_figure_that_fails_is_the_releases_failure(place):
    with duckdb.connect(str(place.database)) as connection:
        connection.execute(
            "create schema match; create table match.score_importances as select 1 as n"
        )
    with pytest.raises(ReleaseError, match="(?s)figures.*in property_importances.*BinderException"):
        place.release()
    assert not place.listing()


def test_drawing_ends_with_the_process_that_wants_it(place, tmp_path):
    command = [sys.executable, "-m", "lynceus.release.figures", place.database, tmp_path / "drawn"]
    (tmp_path / "drawn").mkdir()
    assert subprocess.run(command, cwd=PROJECT, stdin=subprocess.DEVNULL, check=False).returncode
    assert not list((tmp_path / "drawn").iterdir())


def test_the_writer_of_a_release_does_not_load_matplotlib():
    code = "import sys, lynceus.commands.catalog, lynceus.release.write; print('matplotlib' in sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, check=True, text=True
    )
    assert run.stdout == "False\n"


KILLED = """
import sys, time
import lynceus.release.write
from lynceus.commands.release import release
def wait(*_):
    print("writing", flush=True)
    time.sleep(60)
setattr(lynceus.release.write, sys.argv[1], wait)
release(sys.argv[2:])
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
    assert {path.name for path in place.releases.iterdir()} == {
        ".lock",
        "latest",
        last.name,
        new.name,
    }


def test_the_command_says_in_one_message_what_is_wrong(place, capsys):
    place.fill(ROWS, COLUMNS | {"p_any": ("double", "furlong", "stat.probability")})
    with pytest.raises(
        SystemExit, match=r"No release written\.\nrelease\.xray_sources\.p_any: unit 'furlong'"
    ):
        release(place.arguments)
    place.fill(ROWS)
    for _ in range(2):
        release(place.arguments, standalone_mode=False)
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
