"""The part of the dbt project that one match needs, in a folder of its own: dbt parses it in a
fraction of the time.
"""

import re
import shutil
import tempfile
from pathlib import Path

from lynceus.settings import PROJECT

TESTS = (
    "a_match_has_the_columns_of_its_settings",
    "random_negatives_are_no_candidates",
    "no_xray_source_is_trained_on_and_held_out",
)
ANALYSES = ("what_makes_an_association_probable",)
REFERENCE = re.compile(r"ref\('(\w+)'\)")


def match_project(match, folder=None):
    """Write the models of a match, and those that make its tables, into a folder; return it.

    Parameters
    ----------
    match : dict
        The entry of var match.
    folder : path, optional
        Made if absent; left out, a temporary one.

    Returns
    -------
    Path
    """
    folder = Path(folder or tempfile.mkdtemp(prefix="lynceus-match-"))
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("dbt_project.yml", "macros"):
        (folder / name).symlink_to(PROJECT / name)
    # the catalogues of the default match are made where a match names them, as other tables
    shutil.copytree(
        PROJECT / "models" / "match",
        folder / "models" / "match",
        ignore=shutil.ignore_patterns("catalogues"),
    )
    # they are of the default match
    for path in (PROJECT / "models" / "match").rglob("*__unit_tests.yml"):
        (folder / path.relative_to(PROJECT)).unlink(missing_ok=True)
    tables = {
        catalogue.get(key)
        for catalogue in (*(match.get("catalogues") or ()), match.get("verification"))
        if isinstance(catalogue, dict)
        for key in ("table", "properties")
    }
    for path in [*_sources(), *_upstream(tables)]:
        target = folder / path.relative_to(PROJECT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    for kind, names, prefix in (("tests/data", TESTS, "assert_"), ("analyses", ANALYSES, "")):
        (folder / kind).mkdir(parents=True)
        for name in names:
            shutil.copyfile(
                PROJECT / kind / f"{prefix}{name}.sql", folder / kind / f"{prefix}{name}.sql"
            )
    return folder


def _sources():
    """Return the files that describe raw tables."""
    return [
        path
        for path in sorted((PROJECT / "models" / "staging").rglob("*.yml"))
        if re.search("^sources:", path.read_text(), re.MULTILINE)
    ]


def _upstream(tables):
    """Return the SQL files of models of these names, and of all that they read."""
    models = {path.stem: path for path in (PROJECT / "models").rglob("*.sql")}
    found, waiting = {}, [name for name in tables if name in models]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = models[name]
            waiting += [
                other for other in REFERENCE.findall(models[name].read_text()) if other in models
            ]
    return [found[name] for name in sorted(found)]
