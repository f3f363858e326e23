"""Whether the catalogue that is there is what would be built, told in a second: by one checksum of
all that it was made from, before dbt is imported.

`lynceus catalog` leaves the checksum with the release that it wrote in table `main.finished`. dbt
drops it whenever it makes anything (on-run-start in dbt_project.yml), whoever calls it.
"""

import json
import os
import platform
from contextlib import suppress
from glob import glob
from pathlib import Path

import duckdb

from lynceus import settings
from lynceus.build.first_answer import first_answer
from lynceus.build.keys import checksum, read_beside, stats, stored, versions
from lynceus.inputs.raw_tables import raw_tables
from lynceus.release.manifest import sha256

FOLDERS = ("models", "macros", "seeds", "tests/data", "udfs")  # of the dbt project, what dbt reads


def made_from(variables):
    """Return a checksum of all that a catalogue is made from: the project, the raw tables, the vars
    that differ, the files these name, environment variables and packages.
    """
    project = [settings.PROJECT / "dbt_project.yml", settings.PROJECT / "profiles.yml"]
    for folder in (Path(settings.__file__).parent, *(settings.PROJECT / one for one in FOLDERS)):
        project += (path for path in folder.rglob("*") if path.parent.name != "__pycache__")
    data = settings.data_folder()
    return checksum(
        {str(path): sha256(path) for path in project if path.is_file()},
        {name: stats(table.files(data)) for name, table in raw_tables().items()},
        variables,
        stats(
            path
            for text in _texts([settings.project_vars(), variables])
            for path in glob(str(settings.home() / text))
            if Path(path).is_file()
        ),
        {name: value for name, value in os.environ.items() if name.startswith("LYNCEUS_")},
        read_beside(),
        versions(),
        platform.python_version(),
    )


def remember(database, inputs, release):
    """Write down what a finished catalogue was made from (see `made_from`), and its release; nothing
    if somebody reads the database meanwhile: the next run then asks dbt.
    """
    with suppress(duckdb.IOException), duckdb.connect(str(database)) as connection:
        connection.execute(
            "create or replace table main.finished as select ? as made_from, ? as release",
            [inputs, str(release)],
        )


def finished_release(database, inputs, dbt_manifest):
    """Return the release of the catalogue that was made from these inputs; None if there is none, or
    a table, a trained model, the counterparts' own file, dbt's manifest or a file of the release is
    missing.
    """
    needed = (database, first_answer(database), dbt_manifest)
    if not all(Path(path).is_file() for path in needed):
        return None
    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            rows = connection.execute(
                "select release from main.finished where made_from = ?", [inputs]
            ).fetchall()
            ((nodes,),) = connection.execute("select count(*) from main.build_keys").fetchall()
            if not rows or len(stored(connection)) < nodes:
                return None
    except duckdb.Error:  # never finished, or not to be opened: the build will say why
        return None
    release = Path(rows[0][0])
    return release if _is_whole(release) else None


def _is_whole(release):
    manifest = release / "manifest.json"
    return manifest.is_file() and all(
        (release / name).is_file() and (release / name).stat().st_size == entry["bytes"]
        for name, entry in json.loads(manifest.read_text())["files"].items()
    )


def _texts(value):
    """Yield the texts in nested lists and dicts."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)
