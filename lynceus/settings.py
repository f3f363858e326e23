"""Paths, environment variables and vars of the project, said once.

A relative path counts from the home folder: the checkout, or for an installed package the folder it
is run in; LYNCEUS_HOME names another.
"""

import os
import re
import sys
from copy import deepcopy
from functools import cache
from pathlib import Path

import yaml

_PACKAGE = Path(__file__).resolve().parent
_IS_CHECKOUT = (_PACKAGE.parent / "dbt_project.yml").is_file()

# the dbt project: dbt_project.yml, models, macros, seeds, udfs; a wheel holds it inside the package
PROJECT = _PACKAGE.parent if _IS_CHECKOUT else _PACKAGE / "project"

# what SQL calls is part of the dbt project, as dbt itself sees it
if str(PROJECT) not in sys.path:
    sys.path.append(str(PROJECT))


def home():
    """Return the folder that relative paths count from."""
    given = os.environ.get("LYNCEUS_HOME")
    return Path(given).expanduser().resolve() if given else PROJECT if _IS_CHECKOUT else Path.cwd()


def data_folder():
    """Return the folder of the raw tables: LYNCEUS_DATA, else data/simulated."""
    return _path("LYNCEUS_DATA", "data/simulated")


def has_raw_tables():
    """Return whether there are raw tables to read: not with LYNCEUS_DATA=none."""
    return os.environ.get("LYNCEUS_DATA") != "none"


def database_path():
    """Return the path of the database: LYNCEUS_DATABASE, else lynceus.duckdb."""
    return _path("LYNCEUS_DATABASE", "lynceus.duckdb")


def models_folder():
    """Return the folder of the trained models, beside the database and named like it."""
    return database_path().with_suffix(".models")


def releases_folder():
    """Return the folder of all releases: LYNCEUS_RELEASES, else releases."""
    return _path("LYNCEUS_RELEASES", "releases")


def target_folder():
    """Return the folder of dbt's manifest and compiled SQL: DBT_TARGET_PATH, else target."""
    return _path("DBT_TARGET_PATH", "target")


def maps_folder():
    """Return the folder of the dust map: LYNCEUS_DUST_MAPS, None if that is not set."""
    return _path("LYNCEUS_DUST_MAPS")


def filters_folder():
    """Return the folder of the user's filter curves: LYNCEUS_FILTERS, None if that is not set."""
    return _path("LYNCEUS_FILTERS")


def templates_folder():
    """Return the folder of the user's spectra: LYNCEUS_SED_TEMPLATES, None if that is not set."""
    return _path("LYNCEUS_SED_TEMPLATES")


def available_threads():
    """Return how many threads a training may use: LYNCEUS_THREADS, else one for each core."""
    return given_threads() or os.cpu_count()


def given_threads():
    """Return LYNCEUS_THREADS, None if that is not set."""
    given = os.environ.get("LYNCEUS_THREADS")
    return int(given) if given else None


def dbt_environment(**changes):
    """Return the environment variables under which dbt finds this project and these settings.

    Parameters
    ----------
    changes : str
        Environment variables that differ.
    """
    return {
        **os.environ,
        "LYNCEUS_HOME": str(home()),
        "DBT_PROJECT_DIR": str(PROJECT),
        "DBT_PROFILES_DIR": str(PROJECT),
        "DBT_TARGET_PATH": str(target_folder()),
        "DBT_LOG_PATH": str(_path("DBT_LOG_PATH", "logs")),
        **changes,
    }


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Reads YAML in C where PyYAML has that, ten times as fast, and numbers as everybody writes
    them: for YAML 1.1 1e-5 is a text.
    """


Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^[-+]?(\d+\.?\d*|\.\d+)[eE][-+]?\d+$"), "-+.0123456789"
)


def parse_yaml(text):
    """Return what a YAML text says.

    Examples
    --------
    >>> parse_yaml("{min_prob: 1e-5, radius_arcsec: 15}")
    {'min_prob': 1e-05, 'radius_arcsec': 15}
    """
    return yaml.load(text, Loader=Loader)


def read_yaml(path):
    """Return what a YAML file says."""
    return parse_yaml(Path(path).read_text(encoding="utf-8"))


@cache
def project_vars():
    """Return the vars of dbt_project.yml."""
    return read_yaml(PROJECT / "dbt_project.yml")["vars"]


def default_match(**changes):
    """Return the settings of the default match (var match of dbt_project.yml), some of them
    changed.

    Parameters
    ----------
    changes
        Keys of the match with their values; the name of a catalogue, or `classifier`, has a dict of
        keys that change there.

    Returns
    -------
    dict
    """
    match = deepcopy(project_vars()["match"])
    parts = {catalogue["name"]: catalogue for catalogue in match["catalogues"]} | {
        "classifier": match["classifier"]
    }
    for key, value in changes.items():
        if key in parts and isinstance(value, dict):
            parts[key].update(value)
            if "area_deg2" in value:  # in place of the coverage
                parts[key].pop("coverage", None)
        else:
            match[key] = value
    return match


def score_features(features, feature_sets=None):
    """Return the features of a score (key `features` of a match's classifier), those of the sets that
    are named among them (key `feature_sets`).

    Examples
    --------
    >>> score_features(["dim", {"name": "w1"}], {"dim": [{"name": "g"}]})
    [{'name': 'g'}, {'name': 'w1'}]
    """
    return [
        feature
        for entry in features
        for feature in (feature_sets[entry] if isinstance(entry, str) else [entry])
    ]


def _path(variable, default=None):
    given = os.environ.get(variable) or default
    return home() / Path(given).expanduser() if given else None
