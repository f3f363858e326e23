"""`lynceus origin`: where a released column comes from."""

import json

import click
import duckdb

from lynceus import settings
from lynceus.commands import example


@click.command(epilog=example("lynceus origin release.xray_sources.p_any"))
@click.argument("column", metavar="[SCHEMA.]TABLE.COLUMN")
def origin(column):
    """List the model columns that a column comes from, each with its file."""
    from lynceus.release.lineage import upstream_columns

    manifest, database = settings.target_folder() / "manifest.json", settings.database_path()
    if not manifest.is_file() or not database.is_file():
        raise click.ClickException("no catalogue is built yet; lynceus catalog makes one")
    tables = {}
    with duckdb.connect(str(database), read_only=True) as connection:
        for schema, table, name, kind in connection.execute(
            "select table_schema, table_name, column_name, data_type from information_schema.columns order by all"
        ).fetchall():
            tables.setdefault(schema, {}).setdefault(table, {})[name] = kind
    try:
        steps = upstream_columns(
            json.loads(manifest.read_text()),
            manifest.parent / "compiled" / "lynceus",
            column,
            tables,
        )
    except (ValueError, FileNotFoundError) as error:
        raise click.ClickException(str(error)) from None
    for depth, name, path in steps:
        print(f"{'  ' * depth}{name}  ({path})")
