"""The catalogue stage by stage: counterparts that can be asked while classes are computed, and
nothing built twice.
"""

import json
import shutil
import subprocess
import sys

import duckdb
import pytest
from conftest import FEW_DRAWS, PROJECT, Build, catalog, run

from lynceus.build.first_answer import first_answer
from lynceus.build.keys import modules_of


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


def made_anew(sky, command):
    """Run `lynceus catalog`; return what it printed, and the nodes that it made."""
    before, said = keys(sky), command()
    return said, {name for name, made in keys(sky).items() if made != before.get(name)}


def test_an_unchanged_catalogue_is_not_built_again(built):
    said, made = made_anew(built, lambda: run(built))
    assert "Nothing has changed since the last build" in said and not made
    assert "exists already" in said


def test_a_changed_var_builds_what_depends_on_it_and_says_so(built):
    command, environment = catalog(built)
    command[-1] = json.dumps(FEW_DRAWS | {"p_any_threshold": 0.9})

    def changed():
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, cwd=built.folder
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    said, made = made_anew(built, changed)
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
    said, made = made_anew(built, lambda: run(built))
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
