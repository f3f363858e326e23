"""The package as a wheel: it holds the dbt project, and counts paths from the folder it is run in."""

import subprocess

from conftest import PROJECT


def python(installed, code, folder, **environment):
    done = subprocess.run(
        [installed.with_name("python"), "-c", code],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_the_wheel_holds_the_project_and_none_of_the_checkout(installed, tmp_path):
    code = "import lynceus, lynceus.settings as s, udfs; print(s.PROJECT, udfs.__file__)"
    project, functions = python(installed, code, tmp_path)
    assert str(PROJECT) not in project + functions
    assert functions.startswith(project)
    names = "from lynceus.settings import PROJECT; print(*sorted(path.name for path in PROJECT.iterdir()))"
    expected = {
        "dbt_project.yml",
        "profiles.yml",
        "models",
        "macros",
        "udfs",
        "seeds",
        "analyses",
        "matches",
    }
    assert expected <= set(python(installed, names, tmp_path))


def test_an_installed_package_reads_and_writes_in_the_folder_it_is_run_in(installed, tmp_path):
    code = "from lynceus.settings import *; print(database_path(), data_folder(), releases_folder(), target_folder())"
    expected = [
        str(tmp_path / name) for name in ("lynceus.duckdb", "data/simulated", "releases", "target")
    ]
    assert python(installed, code, tmp_path) == expected


def test_a_home_directory_is_expanded_alike_by_everything(installed, tmp_path):
    code = "from lynceus.settings import *; print(database_path(), models_folder())"
    shown = python(installed, code, tmp_path, HOME="/somewhere", LYNCEUS_DATABASE="~/x.duckdb")
    assert shown == ["/somewhere/x.duckdb", "/somewhere/x.models"]


def test_the_catalogue_of_the_wheel_has_its_tables_and_functions(installed, undisturbed, tmp_path):
    code = f"""
import lynceus
connection = lynceus.open({str(undisturbed.database)!r})
print(connection.sql("select count(*) from release.xray_sources").fetchall()[0][0])
print(connection.sql("select ks_p_value(0.1, 100)").fetchall()[0][0])
"""
    rows, p_value = python(installed, code, tmp_path)
    assert int(rows) > 2000 and 0 < float(p_value) < 1


def test_every_command_has_a_help_with_an_example(installed, tmp_path):
    names = python(
        installed, "from lynceus.commands import SUBCOMMANDS; print(*SUBCOMMANDS)", tmp_path
    )
    assert {
        "catalog",
        "match",
        "explain",
        "query",
        "download",
        "sky",
        "release",
        "origin",
        "real",
    } <= set(names)
    for name in names:
        shown = subprocess.run(
            [installed, name, "--help"], cwd=tmp_path, capture_output=True, text=True, check=True
        ).stdout
        assert f"lynceus {name}" in shown.split("Example:")[1]


def test_a_match_is_built_in_an_empty_folder(undisturbed, installed, tmp_path):
    done = subprocess.run(
        [installed, "match"],
        cwd=tmp_path,
        env={"LYNCEUS_DATA": str(undisturbed.raw), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "releases/matches/chandra_gaia/named_posteriors.fits").is_file()
