"""What tests share: building the project from given raw tables, in a process and a folder of its
own.
"""

import fcntl
import gc
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import venv
from functools import cache
from pathlib import Path

import duckdb
import pytest
import yaml
from dbt_process import SHARED, parsed_file, run_forked, write_whole

from lynceus.commands.catalog import DEMO
from lynceus.commands.match_project import match_project
from lynceus.inputs.raw_tables import RawTableWriter
from lynceus.inputs.simulated import simulate_sky
from lynceus.settings import PROJECT, dbt_environment, read_yaml

# two workers share two cores: threads of LightGBM that wait for each other would take the other's
# time
os.environ.setdefault("OMP_NUM_THREADS", "1")

REAL_DATA = Path(os.environ.get("LYNCEUS_REAL_DATA") or PROJECT.parent / "shared" / "data")


# files of whole builds: at the end they would leave one worker idle
LONGEST = (
    "test_real",
    "test_catalog",
    "test_build",
    "test_muwclass",
    "test_matching_examples",
    "test_xclass_sky",
    "test_real_boosted",
    "test_figures",
)


def pytest_collection_modifyitems(items):
    """Begin with the longest files; skip what needs the real tables where their folder is absent."""
    items.sort(key=lambda item: (*LONGEST, item.path.stem).index(item.path.stem))
    if not REAL_DATA.is_dir():
        absent = pytest.mark.skip(
            reason=f"no real tables: {REAL_DATA} is absent (set LYNCEUS_REAL_DATA)"
        )
        for item in items:
            if item.get_closest_marker("real"):
                item.add_marker(absent)


def pytest_collection_finish():
    """Look no more for garbage through what is imported."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure(config):
    """Remove what all workers shared."""
    gc.unfreeze()  # else DuckDB tells of all that it could not free
    if not hasattr(config, "workerinput"):
        shutil.rmtree(SHARED, ignore_errors=True)


PROFILES = PROJECT / "tests" / "profile"

FEW_DRAWS = read_yaml(DEMO)["vars"]  # classifiers of a small sky need not be good


def dbt_over(environment, arguments, variables=None, project=PROJECT, profiles=PROFILES):
    """Run dbt under these environment variables on a project, parsed once for all tests whose vars
    (a dict, or YAML) shape the same graph; return the finished process, whatever its exit code.
    Without --write-json it writes neither manifest nor results.
    """
    command, *options = arguments
    given = variables if isinstance(variables, str) else json.dumps(variables or {}, sort_keys=True)
    parsed = parsed_file(project, yaml.safe_load(given))
    done = run_forked(
        "dbt",
        [
            "--no-use-colors",
            command,
            *("--log-level-file", "none", "--no-write-json"),
            *options,
            *(["--partial-parse-file-path", str(parsed)] if parsed.exists() else []),
            "--project-dir",
            str(project),
            "--profiles-dir",
            str(profiles),
            "--vars",
            given,
        ],
        environment,
        Path(environment["DBT_TARGET_PATH"]).parent,
    )
    made = Path(environment["DBT_TARGET_PATH"]) / "partial_parse.msgpack"
    if made.exists() and not parsed.exists():
        write_whole(parsed, made.read_bytes())
    return done


@pytest.fixture(scope="session", autouse=True)
def forked_commands():
    """What is called of the studies and the commands within a test has its dbt forked too; those
    that a test starts as a user does start their own.
    """

    def dbt(command, *arguments, variables=None, environment=None, capture_output=False, **_):
        environment = dbt_environment(**environment or {})
        project = environment["DBT_PROJECT_DIR"]
        # the tests' profile knows a database of one name only
        named = Path(environment["LYNCEUS_DATABASE"]).stem == "lynceus"
        profiles = PROFILES if named else environment["DBT_PROFILES_DIR"]
        done = dbt_over(environment, [command, *arguments], variables, project, profiles)
        if not capture_output:
            print(done.stdout)
        return done

    with pytest.MonkeyPatch.context() as patch:
        for module in ("dbt", "match", "papers", "query"):
            patch.setattr(f"lynceus.commands.{module}.dbt", dbt)
        yield


class Build:
    """One database built from the raw tables in one folder."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.raw = self.folder / "raw"
        self.raw.mkdir(parents=True, exist_ok=True)
        self.database = self.folder / "lynceus.duckdb"

    def write(self, **tables):
        """Write raw tables, each a dict of columns."""
        for name, columns in tables.items():
            with RawTableWriter(self.raw, name) as writer:
                writer.write(columns)
        return self

    def environment(self, **extra):
        """Return the environment variables under which dbt reads and writes here."""
        return {
            **os.environ,
            "LYNCEUS_DATA": str(self.raw),
            "LYNCEUS_DATABASE": str(self.database),
            "DBT_TARGET_PATH": str(self.folder / "target"),
            "DBT_LOG_PATH": str(self.folder / "logs"),
            **extra,
        }

    def dbt(self, *arguments, variables=None, project=PROJECT, **environment):
        """Run dbt on the project over these raw tables; return the finished process, whatever its
        exit code.
        """
        return dbt_over(self.environment(**environment), arguments, variables, project)

    def build(self, *arguments, variables=None, **environment):
        """Run `dbt build`, classes with few draws and without unit tests, which are run once; fail
        with its output if it fails.
        """
        done = self.dbt(
            "build",
            "--exclude-resource-type",
            "unit_test",
            *arguments,
            variables=FEW_DRAWS | (variables or {}),
            **environment,
        )
        assert done.returncode == 0, done.stdout[-6000:]
        return self

    def match(self, match, command, *arguments):
        """Run dbt on a match (the entry of var match), of these raw tables if there are any; return
        the finished process, whatever its exit code.
        """
        data = {} if any(self.raw.iterdir()) else {"LYNCEUS_DATA": "none"}
        return self.dbt(
            command, *arguments, variables={"match": match}, project=project_of(match), **data
        )

    def build_match(self, match, *arguments):
        """Build a match; fail with its output if it fails."""
        done = self.match(match, "build", *arguments)
        assert done.returncode == 0, done.stdout[-6000:]
        return self

    def rows(self, query):
        """Return a query's result as a dict of NumPy masked arrays."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(query).fetchnumpy()


def project_of(match):
    """Return a folder with the part of the project that a match needs, the same for matches of the
    same tables.
    """
    tables = {
        catalogue.get(key) for catalogue in match["catalogues"] for key in ("table", "properties")
    }
    return _project_of(tuple(sorted(table for table in tables if table and "/" not in table)))


@cache
def _project_of(tables):
    catalogues = [{"table": table} for table in tables]
    return match_project({"catalogues": catalogues}, tempfile.mkdtemp(prefix="match-", dir=SHARED))


def catalog(
    sky, program=(sys.executable, "-W", "ignore", "-m", "lynceus"), variables=None, **environment
):
    """Return the command and environment of `lynceus catalog --demo` on the given sky."""
    command = [*program, "catalog", "--demo", "--vars", json.dumps(variables or {})]
    return command, sky.environment(LYNCEUS_RELEASES=str(sky.folder / "releases"), **environment)


def run(sky, variables=None, code=0, **environment):
    """Run `lynceus catalog` on the given sky, classes with few draws; return what the terminal
    showed.
    """
    arguments, environment = catalog(sky, (), variables, **environment)
    done = run_forked("lynceus", arguments, environment, sky.folder)
    assert done.returncode == code, done.stdout
    return done.stdout


def once(tmp_path_factory, name, make):
    """Return a folder of all workers, which the first to come has filled."""
    work = tmp_path_factory.getbasetemp()
    folder = (work.parent if os.environ.get("PYTEST_XDIST_WORKER") else work) / name
    with open(f"{folder}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not Path(f"{folder}.made").exists():
            folder.mkdir()
            make(folder)
            Path(f"{folder}.made").touch()
    return folder


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    """The command `lynceus` of the project's wheel, installed into an environment without the
    checkout.
    """

    def install(folder):
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
        subprocess.run(
            [*pip, "wheel", "--no-deps", "--wheel-dir", str(folder), str(PROJECT)], check=True
        )
        venv.create(folder / "environment", with_pip=False)
        python = folder / "environment" / "bin" / "python"
        (wheel,) = folder.glob("*.whl")
        subprocess.run(
            [*pip, "--python", str(python), "install", "--no-deps", str(wheel)], check=True
        )
        # the packages that the wheel needs are those of this environment; its editable install is
        # not among them
        (packages,) = (folder / "environment" / "lib").glob("python*/site-packages")
        (packages / "needed.pth").write_text(sysconfig.get_path("purelib"))

    return once(tmp_path_factory, "installed", install) / "environment" / "bin" / "lynceus"


@pytest.fixture(scope="session")
def small_sky(tmp_path_factory):
    """A function that copies the raw tables of a simulated sky into a folder: small, but with enough
    secure pairs to train on. It is simulated once for all workers.
    """

    def simulate(folder):
        simulate_sky(folder / "raw", sources=2500, pointings=60, seed=5, preset="kind")

    original = once(tmp_path_factory, "small_sky", simulate) / "raw"

    def copy(folder):
        sky = Build(folder)
        shutil.copytree(original, sky.raw, dirs_exist_ok=True)
        return sky

    return copy


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory, installed, small_sky):
    """A sky whose catalogue the wheel made once for all workers, on one thread; and what the
    terminal showed. Each has its copy.
    """

    def make(folder):
        command, environment = catalog(small_sky(folder), [str(installed)], LYNCEUS_THREADS="1")
        done = subprocess.run(
            command, env=environment, cwd=folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        (folder / "terminal.txt").write_text(done.stdout)

    original, work = once(tmp_path_factory, "original", make), tmp_path_factory.getbasetemp()
    sky = Build(shutil.copytree(original, work / "undisturbed", symlinks=True))
    sky.terminal = (original / "terminal.txt").read_text().replace(str(original), str(sky.folder))
    sky.target = original / "target"  # as the wheel left it; later commands write to the copy's
    return sky


@pytest.fixture
def sky(tmp_path):
    """A folder to write raw tables in and build from."""
    return Build(tmp_path)


@pytest.fixture
def matched(sky):
    """A function that builds a match in a folder of its own, and returns what holds its database."""
    return sky.build_match


@pytest.fixture(scope="session")
def compiled(tmp_path_factory):
    """A function from the name of an SQL model to its query, for a database in memory; the models
    of classes are compiled once for all workers.
    """

    def compile_models(folder):
        parts = [f"release.{part}_*" for part in ("class", "region", "umlcaxs", "boosted")]
        done = Build(folder).dbt(
            "compile",
            "--select",
            "classes",
            "evaluation",
            "formats",
            "path:analyses",
            *parts,
            LYNCEUS_DATA="none",
        )
        assert done.returncode == 0, done.stdout[-3000:]

    folder = once(tmp_path_factory, "compiled", compile_models)
    queries = {
        path.stem: path for path in (folder / "target" / "compiled" / "lynceus").rglob("*.sql")
    }
    return lambda name: queries[name].read_text().replace('"lynceus".', "")


@pytest.fixture(scope="session")
def real_data():
    """The folder of real tables."""
    return REAL_DATA
