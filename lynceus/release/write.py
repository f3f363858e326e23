"""Write a release: every released table in three formats (some also as a machine-readable table of
the AAS), figures, coverage and manifest.

A release is named after its content, `<project version>-<12 digits of the hash of its Parquet
files>`, so that the same tables make the same release and a second run changes nothing.
"""

import hashlib
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
from tqdm import tqdm

from lynceus.release.coverage import write_coverage
from lynceus.release.drawing import drawn_figures
from lynceus.release.fits import write_fits
from lynceus.release.manifest import project_version, release_manifest, sha256
from lynceus.release.mrt import write_mrt
from lynceus.release.origin import Origin, sky_is_simulated
from lynceus.release.parquet import write_parquet
from lynceus.release.publishing import point_latest_at, publish, staging_folder
from lynceus.release.tables import ReleaseError, check_relation, released_tables
from lynceus.release.votable import write_votable
from lynceus.settings import PROJECT


def write_release(
    database, dbt_manifest, releases, data, version=None, project=PROJECT, figures=()
):
    """Write a release and point `latest` at it; an equal one that is there already is left as it
    is.

    Parameters
    ----------
    database : path
        The built DuckDB file; opened read-only.
    dbt_manifest : path
        dbt's manifest.json.
    releases : path
        Folder of all releases.
    data : path
        Folder of the raw tables, whose checksums the manifest lists.
    version : str, optional
        The release's name; by default named after its content.
    project : path, optional
        The dbt project.
    figures : iterable of str
        Names of the figures to draw; none of them: all.

    Returns
    -------
    (path, bool)
        The release, and whether it is new.

    Raises
    ------
    ReleaseError
        If a table may not be released, or a different release has this name. Nothing has changed
        then.
    """
    tables = released_tables(dbt_manifest)
    _check_arguments(database, data, version)
    with (
        staging_folder(releases) as staging,
        duckdb.connect(database, read_only=True) as connection,
    ):
        connection.execute("set enable_progress_bar = false")  # one bar at a time
        with tqdm(
            total=3 * len(tables) + sum(table.is_mrt for table in tables), unit="file", disable=None
        ) as progress:
            origin = Origin(sky_is_simulated(connection))
            digests = _write_parquet_files(connection, tables, staging, origin, progress)
            version = version or content_version(project_version(project), digests)
            origin = replace(origin, release=version)
            target = Path(releases) / version
            is_new = not target.exists()
            if is_new:
                if "xray_sources" in {table.name for table in tables}:
                    with drawn_figures(database, staging / "figures", figures):
                        write_coverage(connection, staging / "coverage.moc.fits", origin)
                        _write_other_formats(tables, staging, origin, progress)
                        progress.set_description("figures")
                else:
                    _write_other_formats(tables, staging, origin, progress)
                _copy_models(connection, Path(database).with_suffix(".models"), staging / "models")
                manifest = release_manifest(origin, tables, staging, project, dbt_manifest, data)
                (staging / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
                publish(staging, target)
            else:
                _check_same(target, digests)
        point_latest_at(target)
    return target, is_new


def content_version(project_version, digests):
    """Return `<project version>-<12 hex digits>`, the digits from the Parquet checksums by file
    name.
    """
    lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items()))
    return f"{project_version}-{hashlib.sha256(lines.encode()).hexdigest()[:12]}"


def _check_arguments(database, data, version):
    if not Path(database).is_file():
        raise ReleaseError(f"the database {Path(database).name} is not there; `dbt build` makes it")
    if not Path(data).is_dir():
        raise ReleaseError(
            f"the folder of raw tables {Path(data).name} is not there; name it with --data"
        )
    if version is not None and (
        version == "latest" or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._+-]*", version)
    ):
        raise ReleaseError(
            f"{version!r} cannot name a release: letters, digits and . _ + - only, and not latest"
        )


def _write_parquet_files(connection, tables, folder, origin, progress):
    digests = {}
    for table in tables:
        progress.set_description(f"{table.name}.parquet")
        check_relation(connection, table)
        path = folder / f"{table.stem}.parquet"
        path.parent.mkdir(exist_ok=True)
        write_parquet(connection, table, path, origin)
        digests[f"{table.stem}.parquet"] = sha256(path)
        progress.update()
    return digests


def _write_other_formats(tables, folder, origin, progress):
    for table in tables:
        source = folder / f"{table.stem}.parquet"
        progress.set_description(f"{table.name}.fits")
        write_fits(table, source, source.with_suffix(".fits"), origin)
        progress.update()
        progress.set_description(f"{table.name}.vot")
        write_votable(table, source, source.with_suffix(".vot"), origin)
        progress.update()
        if table.is_mrt:
            progress.set_description(f"{table.name}.mrt")
            write_mrt(table, source, source.with_suffix(".mrt"), origin)
            progress.update()


def _copy_models(connection, models, folder):
    """Copy the trained models that the tables were scored with into a folder of the release."""
    named = connection.execute(
        "select table_schema, table_name from information_schema.columns where column_name = 'model_file'"
    ).fetchall()
    for schema, table in named:
        for (name,) in connection.execute(
            f"select model_file from {schema}.{table} where model_file is not null"
        ).fetchall():
            folder.mkdir(exist_ok=True)
            shutil.copyfile(models / name, folder / name)


def _check_same(target, digests):
    manifest = target / "manifest.json"
    files = json.loads(manifest.read_text())["files"] if manifest.exists() else {}
    released = {name: entry["sha256"] for name, entry in files.items() if name.endswith(".parquet")}
    if differing := sorted(
        name for name in released | digests if released.get(name) != digests.get(name)
    ):
        raise ReleaseError(
            f"release {target.name} exists with other content ({', '.join(differing)}), and a release never"
            " changes; choose another --version, or none to name it after its content"
        )
