"""What a release says of itself: its files and tables, and all that went into them."""

import hashlib
import json
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pyarrow.parquet as pq

from lynceus.release.origin import papers
from lynceus.settings import read_yaml

PACKAGES = (
    "duckdb",
    "dbt-core",
    "dbt-duckdb",
    "numpy",
    "pyarrow",
    "astropy",
    "mocpy",
    "lightgbm",
    "scikit-learn",
    "numba",
    "astro-sedpy",
)


def release_manifest(origin, tables, folder, project, dbt_manifest, data):
    """Return the manifest of a release whose other files are all in place.

    Parameters
    ----------
    origin : Origin
    tables : list of ReleasedTable
    folder : path
        The release, complete but for this manifest.
    project : path
        The dbt project.
    dbt_manifest : path
        dbt's manifest.json, beside its run_results.json.
    data : path
        Folder of the raw tables.

    Returns
    -------
    dict
        JSON types only, no path outside the release, the project and the raw tables.
    """
    return {
        "release": origin.release,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "rights": origin.rights[0],
        "citation": origin.reference,
        "cites": papers(),
        "git_commit": git_commit(project),
        "python": platform.python_version(),
        "packages": {"lynceus": project_version(project)}
        | {package: version(package) for package in PACKAGES},
        "vars": dbt_vars(project, dbt_manifest),
        "seeds": seed_digests(project, dbt_manifest),
        "simulation": simulation(data),
        "inputs": file_digests(data),
        "sed": sed_sources(folder),
        "tables": [_table_entry(table, folder) for table in tables],
        "files": file_digests(folder),
    }


def sha256(path):
    """Return the SHA-256 of a file in hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def file_digests(folder):
    """Return bytes and SHA-256 of every file below a folder, by its path inside; hidden files are
    left out.
    """
    folder = Path(folder)
    paths = sorted(
        path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")
    )
    return {
        path.relative_to(folder).as_posix(): {"bytes": path.stat().st_size, "sha256": sha256(path)}
        for path in paths
    }


def seed_digests(project, dbt_manifest):
    """Return the SHA-256 of every dbt seed's CSV file, by name.

    Seeds of random numbers are vars.
    """
    nodes = json.loads(Path(dbt_manifest).read_text())["nodes"].values()
    seeds = {
        node["name"]: node["original_file_path"]
        for node in nodes
        if node["resource_type"] == "seed"
    }
    return {name: sha256(Path(project) / path) for name, path in sorted(seeds.items())}


def simulation(data):
    """Return the seed and sizes of a simulated sky, None for other raw tables."""
    path = Path(data) / "simulation.json"
    return json.loads(path.read_text()) if path.exists() else None


def sed_sources(folder):
    """Return where the spectra and filter curves of translated photometry are from: names by kind
    and source, of released table sed_inputs.
    """
    path, found = Path(folder) / "sed_inputs.parquet", {}
    for row in pq.read_table(path).to_pylist() if path.exists() else ():
        found.setdefault(row["kind"], {}).setdefault(row["source"], []).append(row["name"])
    return found


def dbt_vars(project, dbt_manifest):
    """Return the project's vars, as the last dbt command overrode them."""
    declared = _project_file(project).get("vars", {})
    results = Path(dbt_manifest).with_name("run_results.json")
    overrides = json.loads(results.read_text())["args"].get("vars") if results.exists() else None
    return declared | (overrides or {})


def project_version(project):
    """Return the version that dbt_project.yml states."""
    return str(_project_file(project)["version"])


def git_commit(project):
    """Return the commit of the project, ending in -dirty where files differ from it; None outside
    git.
    """
    # excluding every tag leaves the bare commit
    command = [
        "git",
        "-C",
        str(project),
        "describe",
        "--always",
        "--dirty",
        "--abbrev=40",
        "--exclude=*",
    ]
    try:
        return subprocess.run(command, capture_output=True, check=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def _project_file(project):
    return read_yaml(Path(project) / "dbt_project.yml")


def _table_entry(table, folder):
    return {
        "name": table.name,
        "description": table.description,
        "rows": pq.read_metadata(folder / f"{table.stem}.parquet").num_rows,
        "sort_by": list(table.sort_by or table.order),
        "columns": [
            {
                "name": column.name,
                "type": column.data_type,
                "unit": column.unit,
                "ucd": column.ucd,
                "description": column.description,
            }
            for column in table.columns
        ],
    }
