"""The dbt-duckdb plugin: where the database lies, the raw tables as its first views, and the functions in SQL."""

import os
from pathlib import Path

import yaml
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt_common.exceptions import DbtRuntimeError

from inputs import coverage
from inputs.checks import RawTableError, open_empty_raw_tables, open_raw_tables
from udfs import associations, boosted, forests, reddening, sed_fit, statistical_tests, umlcaxs

PROJECT = Path(__file__).resolve().parent.parent


def data_folder():
    """Return the folder of the raw tables: LYNCEUS_DATA, else data/simulated of the project."""
    return PROJECT / Path(os.environ.get("LYNCEUS_DATA") or "data/simulated").expanduser()


def database_path():
    """Return the path of the database: LYNCEUS_DATABASE, else lynceus.duckdb of the project."""
    return PROJECT / Path(os.environ.get("LYNCEUS_DATABASE") or "lynceus.duckdb").expanduser()


def maps_folder():
    """Return the folder of the dust map: LYNCEUS_DUST_MAPS, None if that is not set."""
    return _given_folder("LYNCEUS_DUST_MAPS")


def filters_folder():
    """Return the folder of the user's filter curves: LYNCEUS_FILTERS, None if that is not set."""
    return _given_folder("LYNCEUS_FILTERS")


def templates_folder():
    """Return the folder of the user's spectra of stars and quasars: LYNCEUS_SED_TEMPLATES, None if that is not set."""
    return _given_folder("LYNCEUS_SED_TEMPLATES")


def _given_folder(variable):
    given = os.environ.get(variable)
    return PROJECT / Path(given).expanduser() if given else None


def default_match(**changes):
    """Return the settings of the default match (var match of dbt_project.yml) with some changed.

    A change is a key of the match with its value; the name of a catalogue, or `classifier`, takes a dict of keys to change there.
    """
    match = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]["match"]
    parts = {catalogue["name"]: catalogue for catalogue in match["catalogues"]} | {"classifier": match["classifier"]}
    for key, value in changes.items():
        if key in parts and isinstance(value, dict):
            parts[key].update(value)
            if "area_deg2" in value:  # goes before the coverage
                parts[key].pop("coverage", None)
        else:
            match[key] = value
    return match


def models_folder():
    """Return the folder of the trained models, beside the database and named like it."""
    return database_path().with_suffix(".models")


def available_threads():
    """Return how many threads a training may use: LYNCEUS_THREADS, else one for each core."""
    return int(os.environ.get("LYNCEUS_THREADS") or os.cpu_count())


class Plugin(BasePlugin):
    """Open the project's database, whatever the current directory, over checked raw tables."""

    def update_connection_config(self, creds, config):
        """Read a relative database path from the project, and let DuckDB use LYNCEUS_THREADS if set."""
        creds.path = str(database_path())
        if os.environ.get("LYNCEUS_THREADS"):
            config["threads"] = int(os.environ["LYNCEUS_THREADS"])

    def configure_connection(self, connection):
        """Create the views of schema `raw`, empty ones for LYNCEUS_DATA=none; stop the run with one message if a table is unsound."""
        sentinels = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]["missing_sentinels"]
        try:
            if os.environ.get("LYNCEUS_DATA") == "none":
                open_empty_raw_tables(connection)
            else:
                open_raw_tables(connection, data_folder(), sentinels)
                coverage.covered_areas(data_folder())  # a MOC that cannot be read stops the run here
            if maps_folder():
                reddening.check_maps(maps_folder())
        except (RawTableError, FileNotFoundError) as error:
            raise DbtRuntimeError(str(error)) from None
        boosted.register(connection, models_folder())
        forests.register(connection, models_folder())
        statistical_tests.register(connection)
        reddening.register(connection, maps_folder())
        associations.register(connection)
        umlcaxs.register(connection, models_folder())
        coverage.register(connection, data_folder())
        sed_fit.register(connection, filters_folder(), templates_folder())
