"""The dbt-duckdb plugin: where the database lies, the raw tables as its first views, and the
functions in SQL.
"""

from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.events.logging import AdapterLogger
from dbt_common.exceptions import DbtRuntimeError
from threadpoolctl import threadpool_limits

from lynceus import settings
from lynceus.inputs import coverage
from lynceus.inputs.checks import RawTableError, open_empty_raw_tables, open_raw_tables
from lynceus.physics.dust import check_maps
from udfs import register

threadpool_limits(1, user_api="blas")  # matrices here are small: threads would wait for each other


class Plugin(BasePlugin):
    """Open the project's database, whatever the current directory, over checked raw tables."""

    def update_connection_config(self, creds, config):
        """Read a relative database path from the home folder, and let DuckDB use LYNCEUS_THREADS if
        set.
        """
        creds.path = str(settings.database_path())
        if settings.given_threads():
            config["threads"] = settings.given_threads()

    def configure_connection(self, connection):
        """Create the views of schema `raw`, empty ones for LYNCEUS_DATA=none; stop the run with one
        message if a table is unsound.
        """
        # no time depends on where the machine stands
        connection.execute("set global TimeZone = 'UTC'")
        # where a query is slow, a bar would stand in the SQL that a command reads from dbt
        connection.execute("set enable_progress_bar = false")
        try:
            if settings.has_raw_tables():
                notes = open_raw_tables(
                    connection, settings.data_folder(), settings.project_vars()["missing_sentinels"]
                )
                for note in notes:
                    AdapterLogger("Lynceus").info(f"Raw tables: {note}")
                # a MOC that cannot be read stops the run here
                coverage.covered_areas(settings.data_folder())
            else:
                open_empty_raw_tables(connection)
            if settings.maps_folder():
                check_maps(settings.maps_folder())
        except (RawTableError, FileNotFoundError) as error:
            raise DbtRuntimeError(str(error)) from None
        register(connection)
