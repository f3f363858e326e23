"""The whole way from raw tables to a release: same bytes on any number of threads, and after a
kill.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time

import duckdb
import numpy as np
from astropy.table import Table
from conftest import PROJECT, catalog, run

from lynceus.commands.dbt import NO_UNIT_TESTS


def parquet_digests(sky):
    manifest = json.loads((sky.folder / "releases" / "latest" / "manifest.json").read_text())
    return {
        name: entry["sha256"]
        for name, entry in manifest["files"].items()
        if name.endswith(".parquet")
    }


def test_the_terminal_tells_counts_completeness_and_where_the_files_are(undisturbed):
    for line in (
        "X-ray sources",
        "candidates",
        "matched",
        "nway",
        "completeness",
        "purity",
        "Release:",
        "Database:",
        "release.xray_sources",
    ):
        assert line in undisturbed.terminal
    assert "p_counterpart" in undisturbed.terminal
    assert len(undisturbed.terminal.splitlines()) <= 40


def test_the_queries_the_terminal_offers_run(installed, undisturbed):
    offered = re.findall(r'^lynceus query "(.*?)"$', undisturbed.terminal, re.DOTALL | re.MULTILINE)
    assert len(offered) == 2  # of the counterparts, and at the end
    for query in offered:
        done = subprocess.run(
            [installed, "query", query],
            env=undisturbed.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0 and "gaia_source_id" in done.stdout, done.stderr


def test_the_same_tables_released_again_leave_the_release_as_it_is(undisturbed):
    before = {
        path: path.stat().st_mtime_ns
        for path in (undisturbed.folder / "releases" / "latest").rglob("*")
    }
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "lynceus",
            "release",
            "--releases",
            str(undisturbed.folder / "releases"),
            "--manifest",
            str(undisturbed.folder / "target" / "manifest.json"),
        ],
        env=undisturbed.environment(),
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "exists already" in done.stdout, done.stderr
    assert {
        path: path.stat().st_mtime_ns
        for path in (undisturbed.folder / "releases" / "latest").rglob("*")
    } == before


def test_stopped_runs_go_on_and_two_threads_release_the_same_bytes_as_one(
    undisturbed, small_sky, tmp_path
):
    sky = small_sky(tmp_path)
    releases, threads = sky.folder / "releases", {"LYNCEUS_THREADS": "2", "OMP_NUM_THREADS": "2"}
    for under_way, how in (
        ("lynceus.models/*", signal.SIGKILL),
        ("lynceus.models/lynceus_*", signal.SIGINT),
        ("releases/.part/*.fits", signal.SIGKILL),
    ):
        command, environment = catalog(sky, **threads)
        process = subprocess.Popen(
            command,
            env=environment,
            cwd=sky.folder,
            stdout=subprocess.PIPE,
            text=True,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        while not list(sky.folder.glob(under_way)):
            assert process.poll() is None
            time.sleep(0.005)
        os.killpg(process.pid, how)
        said, _ = process.communicate()
        assert not (releases / "latest").exists()
        if how == signal.SIGINT:
            assert process.returncode == 128 + how and "the same command goes on" in said
            assert " tables have changed or are missing" in said
    assert "Nothing has changed since the last build" in run(sky, **threads)
    assert parquet_digests(sky) == parquet_digests(undisturbed) and len(parquet_digests(sky)) >= 5
    assert [path.name for path in releases.iterdir() if path.name not in ("latest", ".lock")] == [
        os.readlink(releases / "latest")
    ]


def test_released_files_agree_with_the_database(undisturbed):
    folder = undisturbed.folder / "releases" / "latest"
    with duckdb.connect(str(undisturbed.database), read_only=True) as connection:
        rows = connection.execute(
            "select * from release.candidate_pairs order by csc_name, gaia_source_id"
        ).fetchnumpy()
    fits, votable = (
        Table.read(folder / "candidate_pairs.fits"),
        Table.read(folder / "candidate_pairs.vot"),
    )
    assert len(fits) == len(votable) == len(rows["csc_name"]) > 1000
    for table in (fits, votable):
        np.testing.assert_array_equal(table["gaia_source_id"], rows["gaia_source_id"])
        np.testing.assert_array_equal(np.ma.filled(table["p_i"], np.nan), rows["p_i"])
        assert str(table["separation"].unit) == "arcsec"
    assert "epoch" in votable["separation"].description
    assert fits.meta["EXTNAME"].lower() == "candidate_pairs"


def test_the_database_says_what_every_released_table_and_column_means(undisturbed):
    for kind in ("tables", "columns"):
        silent = undisturbed.rows(
            f"select table_name from duckdb_{kind}() where schema_name = 'release' and coalesce(trim(comment), '') = ''"
        )
        assert not len(silent["table_name"]), silent["table_name"]


def test_a_failed_build_releases_nothing(small_sky, tmp_path):
    sky = small_sky(tmp_path)
    (sky.raw / "gaia_source.parquet").unlink()
    assert "gaia_source: the table is missing" in run(sky, code=1)
    assert not (sky.folder / "releases").exists()


def test_dbt_build_works_from_any_directory(undisturbed, tmp_path):
    environment = undisturbed.environment(
        DBT_TARGET_PATH=str(tmp_path / "target"), LYNCEUS_DATABASE=str(tmp_path / "lynceus.duckdb")
    )
    done = subprocess.run(
        [
            "dbt",
            "build",
            "--project-dir",
            str(PROJECT),
            "--profiles-dir",
            str(PROJECT),
            "--select",
            "+xray_positions",
            *NO_UNIT_TESTS,
        ],
        env={**environment, "PATH": f"{os.path.dirname(sys.executable)}:{environment['PATH']}"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_the_row_logic_of_every_model_is_what_its_unit_tests_say(undisturbed):
    done = undisturbed.dbt("test", "--select", "test_type:unit")
    assert done.returncode == 0, done.stdout
    assert "PASS=0" not in done.stdout


def test_a_failed_data_test_names_column_and_rows(undisturbed, tmp_path):
    broken = shutil.copyfile(undisturbed.database, tmp_path / "lynceus.duckdb")
    with duckdb.connect(str(broken)) as connection:
        connection.execute("update release.xray_sources set csc_ra = null where csc_dec > 0")
        connection.execute("update release.xray_sources set hard_hs = 2 where n_candidates = 0")
        ((n, fewer),) = connection.execute(
            "select count(*) filter (csc_dec > 0), count(*) filter (n_candidates = 0) from release.xray_sources"
        ).fetchall()
    done = undisturbed.dbt(
        "test",
        "--select",
        "xray_sources,test_name:not_null",
        "xray_sources,test_name:in_range",
        LYNCEUS_DATABASE=str(broken),
    )
    assert done.returncode != 0 and 0 < n and 3 < fewer
    assert f"  column_name csc_ra, n_null {n}" in done.stdout
    assert done.stdout.count("  csc_name 2CXO") == 3
