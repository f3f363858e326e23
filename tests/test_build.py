"""The catalogue stage by stage: counterparts that can be asked while classes are computed, and
nothing built twice.
"""

import os
import re
import shutil
import subprocess
import sys
from types import SimpleNamespace

import duckdb
import pytest
from click.testing import CliRunner
from conftest import FEW_DRAWS, PROJECT, Build, catalog, run

from lynceus import settings
from lynceus.build import keys as build_keys
from lynceus.build.finished import finished_release, remember
from lynceus.build.first_answer import first_answer
from lynceus.build.keys import Keys, modules_of
from lynceus.commands import main


@pytest.fixture
def built(undisturbed, tmp_path):
    """A copy of the built catalogue that a test may change."""
    sky = Build(tmp_path / "sky")
    for name in ("raw", "releases", "lynceus.models"):
        shutil.copytree(
            undisturbed.folder / name, sky.folder / name, symlinks=True, dirs_exist_ok=True
        )
    for path in (undisturbed.database, first_answer(undisturbed.database)):
        shutil.copy2(path, sky.folder / path.name)
    return sky


def keys(sky):
    """Return key and seconds of each node by its name, which a node made anew has others of."""
    rows = sky.rows("select node, key, seconds from main.build_keys")
    names = (node.split(".")[2] for node in rows["node"])
    return dict(zip(names, zip(rows["key"], rows["seconds"])))


def made_anew(sky, **options):
    """Run `lynceus catalog`; return what it printed, and the nodes that it made."""
    before, said = keys(sky), run(sky, **options)
    return said, {name for name, made in keys(sky).items() if made != before.get(name)}


def test_an_unchanged_catalogue_is_not_built_again_but_published_if_it_was_not(built):
    first_answer(built.database).unlink()
    said, made = made_anew(built)
    assert "Nothing has changed since the last build" in said and not made
    assert "exists already" in said and "counterparts  ready" in said
    with duckdb.connect(str(first_answer(built.database)), read_only=True) as connection:
        small = connection.execute("from sources.counterparts order by csc_name").fetchall()
        ((meaning,),) = connection.execute(
            "select comment from duckdb_columns() where column_name = 'p_counterpart'"
        ).fetchall()
    with duckdb.connect(str(built.database), read_only=True) as connection:
        assert small == connection.execute("from sources.counterparts order by csc_name").fetchall()
    assert "Probability" in meaning


def test_what_is_finished_is_told_without_dbt_and_what_is_touched_is_not(built, tmp_path):
    run(built)
    (tmp_path / "dbt").mkdir()
    (tmp_path / "dbt" / "__init__.py").write_text("raise ImportError('dbt is asked')")
    path = os.pathsep.join([str(tmp_path), str(PROJECT)])
    command, environment = catalog(built, PYTHONPATH=path)

    def again():
        return subprocess.run(
            command, env=environment, cwd=built.folder, capture_output=True, text=True, check=False
        )

    done = again()
    assert done.returncode == 0, done.stderr
    assert "Nothing has changed since the last build" in done.stdout
    assert "exists already" in done.stdout
    os.utime(built.raw / "gaia_source.parquet", ns=(1, 1))
    done = again()
    assert done.returncode == 1 and "dbt is asked" in done.stderr


@pytest.mark.parametrize(
    "lost", ["table", "score", "likeness", "manifest", "figure", "counterparts"]
)
def test_a_catalogue_that_has_lost_something_is_not_finished(built, lost, monkeypatch):
    monkeypatch.setenv("LYNCEUS_DATABASE", str(built.database))  # whose models lie beside it
    release = built.folder / "releases" / "latest"
    remember(built.database, "inputs", release)
    manifest = built.folder / "manifest.json"
    manifest.touch()
    assert finished_release(built.database, "inputs", manifest) == release
    assert finished_release(built.database, "other inputs", manifest) is None

    def trained(column):
        (name,) = built.rows(f"select {column} as name from match.match_model")["name"]
        return built.folder / "lynceus.models" / name

    if lost == "table":
        with duckdb.connect(str(built.database)) as connection:
            connection.execute("drop table release.class_roc")
    else:
        {
            "score": trained("model_file"),
            "likeness": trained("outlier_file"),
            "manifest": manifest,
            "figure": release / "figures" / "sky_map.png",
            "counterparts": first_answer(built.database),
        }[lost].unlink()
    assert finished_release(built.database, "inputs", manifest) is None


def test_a_catalogue_that_is_read_when_it_is_finished_ends_all_the_same(tmp_path):
    database = tmp_path / "lynceus.duckdb"
    duckdb.connect(str(database)).close()
    reads = "import sys, duckdb; c = duckdb.connect(sys.argv[1], read_only=True); print(); input()"
    with subprocess.Popen(
        [sys.executable, "-u", "-c", reads, database], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as reader:
        reader.stdout.readline()
        remember(database, "inputs", tmp_path)
        reader.communicate(b"\n")
    with duckdb.connect(str(database), read_only=True) as connection:
        assert not connection.execute("from duckdb_tables()").fetchall()
    remember(database, "inputs", tmp_path)
    with duckdb.connect(str(database), read_only=True) as connection:
        assert connection.execute("from main.finished").fetchall() == [("inputs", str(tmp_path))]


def test_a_changed_var_builds_what_depends_on_it_and_says_so(built):
    said, made = made_anew(built, variables={"p_any_threshold": 0.9})
    assert "tables have changed or are missing, from " in said
    assert "chosen_counterparts" in made and "xray_sources" in made
    assert not made & {"posteriors", "candidates", "sed_fits", "muwclass_draws"}
    states = built.rows(
        "select state, min(coalesce(p_any_joint, p_any)) as least from release.xray_sources group by all"
    )
    assert dict(zip(states["state"], states["least"]))["matched"] > 0.9


def test_what_dbt_built_with_other_vars_is_built_again(built):
    done = built.dbt(
        "run",
        "--select",
        "chosen_counterparts",
        variables=FEW_DRAWS | {"p_any_threshold": 0.9},
    )
    assert done.returncode == 0, done.stdout
    with duckdb.connect(str(built.database)) as connection:
        connection.execute("drop table release.class_roc")
    said, made = made_anew(built)
    assert {"chosen_counterparts", "class_roc"} <= made
    assert "xray_sources" not in made  # made from the same as before
    assert "2 of " in said


def test_counterparts_are_asked_while_the_database_is_locked(built):
    with duckdb.connect(str(built.database), read_only=True) as connection:
        whole = connection.execute("select count(*) from sources.counterparts").fetchall()
    with duckdb.connect(str(built.database)):  # as dbt holds it
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "lynceus",
                "query",
                "select count(*) as n, any_value(state) as state from sources.counterparts",
            ],
            env=built.environment(),
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert str(whole[0][0]) in done.stdout and "being built" in done.stderr


def test_bad_vars_and_a_database_that_is_open_elsewhere_are_one_message(built):
    for given, fault in (("{p_any_threshold: ", "is no YAML"), ("0.9", "must be {name: value}")):
        done = CliRunner().invoke(main, ["catalog", "--vars", given])
        assert done.exit_code == 2 and fault in done.output
    with duckdb.connect(str(built.database)):
        said = run(built, code=1)
    assert "Traceback" not in said
    assert re.search(
        r"lynceus\.duckdb is open in process \d+ \(\S+\): wait for it, or end it", said
    )


@pytest.fixture
def graph(tmp_path, monkeypatch):
    """A function that returns the keys of three models over one raw table, the second of which
    calls Python and the third of which reads the first.
    """
    monkeypatch.setenv("LYNCEUS_DATA", str(tmp_path))
    (tmp_path / "gaia_source.parquet").write_bytes(b"rows")

    def node(name, reads, code, resource_type="model", **config):
        return SimpleNamespace(
            resource_type=resource_type,
            identifier=name,
            raw_code=code,
            compiled_code=code,
            language="sql",
            description="",
            columns={},
            checksum=SimpleNamespace(checksum=""),
            config=SimpleNamespace(to_dict=lambda: config),
            depends_on=SimpleNamespace(nodes=reads),
        )

    def keys(plain="select 1", calls="select moc_area_deg2('gaia_source')", **config):
        manifest = SimpleNamespace(
            nodes={
                "plain": node("plain", ["raw"], plain, **config),
                "calls": node("calls", ["raw"], calls),
                "reads": node("reads", ["plain"], "select 2"),
            },
            sources={"raw": node("gaia_source", [], None, "source")},
        )
        found = Keys(manifest, ["moc_area_deg2"])
        return {name: found.of(name) for name in manifest.nodes}

    return keys


def changed(before, after):
    return {name for name in before if before[name] != after[name]}


def test_a_key_changes_with_code_settings_files_and_inputs_and_with_nothing_else(graph, tmp_path):
    first, file = graph(), tmp_path / "mine.parquet"
    assert graph() == first and len(set(first.values())) == 3
    assert changed(first, graph(plain="select 3")) == {"plain", "reads"}
    assert changed(first, graph(materialized="view")) == {"plain", "reads"}
    assert set(graph(plain=None).items()) >= {("plain", None), ("reads", None)}
    reading = f"from read_parquet('{tmp_path}/min*.parquet')"
    absent = graph(plain=reading)
    file.write_bytes(b"rows")
    assert changed(absent, graph(plain=reading)) == {"plain", "reads"}
    (tmp_path / "gaia_source_coverage.moc.fits").write_bytes(b"moc")
    assert changed(first, graph()) == {"calls"}
    os.utime(tmp_path / "gaia_source.parquet", ns=(1, 1))
    assert changed(first, graph()) == {"plain", "calls", "reads"}


def test_a_key_changes_with_what_python_reads_and_what_counts_as_missing(graph, monkeypatch):
    first = graph()
    with monkeypatch.context() as patch:
        patch.setattr(build_keys, "sha256", lambda path: path.name)  # other seeds
        assert changed(first, graph()) == {"calls"}
    missing = settings.project_vars() | {"missing_sentinels": [-1]}
    monkeypatch.setattr(settings, "project_vars", lambda: missing)
    assert changed(first, graph()) == {"plain", "calls", "reads"}


def test_modules_are_those_of_the_project_that_code_imports():
    found = modules_of("import numpy\nfrom lynceus.learning.oversampling import filled_up")
    assert sorted(found) == [
        "lynceus/__init__.py",
        "lynceus/learning/__init__.py",
        "lynceus/learning/oversampling.py",
    ]
    everything = modules_of("from udfs import register")
    assert {"udfs/sed_fit.py", "udfs/sed_kernel.py", "lynceus/physics/spectra.py"} <= set(
        everything
    )
