"""What each node of dbt's graph was made from, as a key: a node whose key is in the database already
need not be made again.

The key of a node is the checksum of its compiled SQL or Python, its settings and columns, the Python
modules it runs and what these read beside tables, the files it names, the versions of the packages,
and the keys of its inputs. The key of a raw table is its files' names, sizes and times.
Keys lie in table `main.build_keys` of the database, so that they go where the tables go. dbt drops
the keys of what it is about to make (on-run-start in dbt_project.yml), whoever calls it; so what was
interrupted, or made by a `dbt build` with other vars, has none.
"""

import ast
import hashlib
import json
import re
from functools import cache
from glob import glob
from importlib.metadata import version
from pathlib import Path

from lynceus import settings
from lynceus.inputs.raw_tables import raw_tables
from lynceus.release.manifest import PACKAGES, sha256

MADE = ("model", "seed", "test")  # the nodes that have keys


class Keys:
    """The keys of the nodes of a manifest, as far as these are compiled.

    Parameters
    ----------
    manifest : dbt.contracts.graph.manifest.Manifest
    functions : iterable of str
        Names of the functions in SQL that are Python.
    """

    def __init__(self, manifest, functions):
        self._nodes = {**manifest.nodes, **manifest.sources}
        self._calls = re.compile(rf"\b({'|'.join(functions) or '(?!)'})\s*\(", re.IGNORECASE)
        self._of, self._beside = {}, read_beside()

    def of(self, name):
        """Return the key of a node by its unique id, None if it or one of its inputs is not compiled."""
        if name not in self._of:
            self._of[name] = self._key(self._nodes[name])
        return self._of[name]

    def forget(self, name):
        """Compute the key of a node anew when it is asked for: it was compiled meanwhile."""
        self._of.pop(name, None)

    def _key(self, node):
        if node.resource_type == "source":
            return checksum(
                _raw_files(node.identifier),
                settings.project_vars()["missing_sentinels"],
                modules_of(OPENING),
                versions(),
            )
        code = node.raw_code if node.resource_type == "seed" else node.compiled_code
        inputs = [self.of(one) for one in inputs_of(node)]
        if code is None or None in inputs:
            return None
        runs = {}
        if is_python(node):
            runs = modules_of(code) | self._beside
        elif self._calls.search(code):
            runs = modules_of("import udfs") | self._beside
        return checksum(
            code,
            node.checksum.checksum,
            node.config.to_dict(),
            node.description,
            {name: column.to_dict() for name, column in node.columns.items()},
            runs,
            _named_files(code),
            versions(),
            sorted(inputs),
        )


OPENING = "import lynceus.inputs.checks"  # what opens the raw tables


def inputs_of(node):
    """Return the unique ids of what a node reads."""
    return getattr(node.depends_on, "nodes", [])  # a seed reads nothing


def is_python(node):
    """Return whether a node is a Python model; a seed has no language."""
    return getattr(node, "language", "sql") == "python"


def modules_of(code):
    """Return the checksums of the project's modules that Python code imports, and of all that these
    import, by their paths.

    Examples
    --------
    >>> sorted(modules_of("from lynceus.learning.vectors import matrix"))
    ['lynceus/__init__.py', 'lynceus/learning/__init__.py', 'lynceus/learning/vectors.py']
    """
    found, waiting = {}, list(_imported(code))
    while waiting:
        path = waiting.pop()
        name = path.relative_to(_root(path)).as_posix()
        if name not in found:
            found[name], imports = _read(path)
            waiting.extend(imports)
    return found


def stored(connection):
    """Return what a database says of its nodes: {unique id: (key, seconds it took)}; of those whose
    table, or trained model, is no longer there, nothing.
    """
    relations = {
        f"{schema}.{name}"
        for schema, name in connection.execute(
            "select table_schema, table_name from information_schema.tables"
        ).fetchall()
    }
    if "main.build_keys" not in relations:
        return {}
    without_files = _without_their_files(connection)
    return {
        node: (key, seconds)
        for node, relation, key, seconds in connection.execute(
            "select node, relation, key, seconds from main.build_keys"
        ).fetchall()
        if relation is None or relation in relations - without_files
    }


def store(connection, node, key, seconds):
    """Write the key of a node that was made."""
    relation = None if node.resource_type == "test" else f"{node.schema}.{node.alias}"
    connection.execute(
        "insert into main.build_keys values (?, ?, ?, ?)", [node.unique_id, relation, key, seconds]
    )


def _without_their_files(connection):
    """Return the tables that name a file of the models folder (a column `..._file`) that is not
    there.
    """
    named = connection.execute(
        "select table_schema || '.' || table_name, column_name from information_schema.columns where ends_with(column_name, '_file')"
    ).fetchall()
    return {
        relation
        for relation, column in named
        for (name,) in connection.execute(
            f"select distinct {column} from {relation} where {column} is not null"
        ).fetchall()
        if not (settings.models_folder() / name).is_file()
    }


def checksum(*parts):
    """Return one checksum of anything that JSON can say."""
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def versions():
    """Return the versions of the packages that results depend on."""
    return {package: version(package) for package in PACKAGES}


def _raw_files(name):
    return stats(raw_tables()[name].files(settings.data_folder()))


def stats(paths):
    """Return names, sizes and times of files."""
    return [
        (path.name, path.stat().st_size, path.stat().st_mtime_ns)
        for path in sorted(map(Path, paths))
    ]


def read_beside():
    """Return what Python reads beside tables: seeds, the package's own data, MOCs, and the user's
    dust maps, filters and spectra.
    """
    own = [
        *(settings.PROJECT / "seeds").glob("*.csv"),
        *(path for path in _PACKAGES["lynceus"].rglob("*") if path.suffix in (".csv", ".fits")),
    ]
    folders = (settings.maps_folder(), settings.filters_folder(), settings.templates_folder())
    return {path.name: sha256(path) for path in own} | {
        "MOCs": stats(settings.data_folder().glob("*_coverage.*")),
        "folders": [(str(folder), stats(folder.rglob("*"))) for folder in folders if folder],
    }


def _named_files(code):
    """Return what the files are that code names, those of a match by paths or patterns."""
    names = re.findall(r"'([^'\n]*\.\w+)'", code)
    return stats(path for name in names for path in glob(str(settings.home() / name)))


def _imported(code, only_at_once=False):
    """Yield the files of the project's modules that code imports, or only those that it imports when
    it is imported itself; packages with their `__init__`.
    """
    tree = ast.parse(code)
    for statement in tree.body if only_at_once else ast.walk(tree):
        if isinstance(statement, ast.Import):
            names = [alias.name for alias in statement.names]
        elif isinstance(statement, ast.ImportFrom) and statement.level == 0:
            names = [f"{statement.module}.{alias.name}" for alias in statement.names]
        else:
            continue
        for name in names:
            yield from _files(tuple(name.split(".")))


def _files(name):
    """Yield the files behind a dotted name: its packages, and the module that it ends in."""
    if name[0] not in ("lynceus", "udfs"):
        return
    place = _PACKAGES[name[0]]
    yield place / "__init__.py"
    for part in name[1:]:
        if (place / part).is_dir():
            place = place / part
            yield place / "__init__.py"
        else:
            if (place / f"{part}.py").is_file():
                yield place / f"{part}.py"
            return


_PACKAGES = {
    "lynceus": Path(settings.__file__).resolve().parent,
    "udfs": settings.PROJECT / "udfs",
}


def _root(path):
    return next(folder.parent for folder in _PACKAGES.values() if path.is_relative_to(folder))


@cache
def _read(path):
    code = path.read_text()
    # what the functions of a package itself import is for those who call them
    imports = _imported(code, only_at_once=path.name == "__init__.py")
    return hashlib.sha256(code.encode()).hexdigest(), list(imports)
