"""Functions that SQL calls, and the dbt plugin that registers them."""

from lynceus import settings
from udfs import (
    associations,
    boosted,
    coverage,
    dust,
    forests,
    groups,
    match_files,
    sed_fit,
    statistical_tests,
    umlcaxs,
)


def register(connection, models=None):
    """Give a DuckDB connection every function of the project, over the trained models of a folder
    (path; default settings.models_folder).
    """
    models = models or settings.models_folder()
    for of_models in (boosted, forests, umlcaxs):
        of_models.register(connection, models)
    associations.register(connection)
    groups.register(connection)
    match_files.register(connection)
    statistical_tests.register(connection)
    coverage.register(connection, settings.data_folder(), models)
    dust.register(connection, settings.maps_folder())
    sed_fit.register(connection, settings.filters_folder(), settings.templates_folder())
