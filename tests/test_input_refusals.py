"""What the machine refuses is one line that says what to do, and leaves nothing behind."""

import os
import subprocess
import sys

import duckdb
import pytest
import yaml
from click.testing import CliRunner
from conftest import Build
from match_tables import entry, match_of, write
from test_bad_input import sound_tables

from lynceus.commands import main
from lynceus.refusals import refusal

HOLD = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1])
connection.execute("create table held as select 1")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def held(tmp_path):
    """A database that another process has open, and the id of that process."""
    path = tmp_path / "lynceus.duckdb"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout.readline() == b"held\n"
    yield path, holder.pid
    holder.communicate()


def run(environment, *arguments):
    done = CliRunner().invoke(main, arguments, env=environment)
    assert isinstance(done.exception, SystemExit), done.exception  # else it is a traceback
    return done.output


def test_of_a_database_that_is_open_elsewhere_the_holder_is_named(held, tmp_path):
    path, process = held
    sky = Build(tmp_path).write(**sound_tables())
    environment = sky.environment(LYNCEUS_RELEASES=str(tmp_path / "releases"))
    (tmp_path / "target").mkdir()
    (tmp_path / "target/manifest.json").write_text('{"nodes": {}}')
    said = f"{path} is open in process {process} ("
    for command in ("catalog", "query"):
        shown = run(environment, command, *["select 1"] * (command == "query"))
        assert said in shown, shown
    with pytest.raises(duckdb.IOException) as error:
        duckdb.connect(str(path), read_only=True)
    assert refusal(error.value).startswith(said)


@pytest.mark.skipif(not os.path.exists("/proc/self"), reason="no folder here refuses root")
def test_a_folder_that_takes_no_files_is_one_line(tmp_path):
    """Not even root may write to /proc."""
    write(tmp_path / "a.parquet", {"id": [1], "ra": [1.0], "dec": [1.0], "err": [1.0]})
    match = match_of("m", 5.0, [entry(tmp_path, "a"), entry(tmp_path, "a") | {"name": "b"}])
    (tmp_path / "m.yml").write_text(yaml.safe_dump({"match": match}))
    environment = Build(tmp_path).environment(LYNCEUS_RELEASES="/proc/releases")
    shown = run(environment, "match", str(tmp_path / "m.yml"))
    assert shown.startswith("Error: /proc/releases") and len(shown.splitlines()) == 1


def test_other_errors_are_no_refusals():
    assert refusal(KeyError("x")) is None
    assert refusal(BrokenPipeError(32, "Broken pipe")) is None
