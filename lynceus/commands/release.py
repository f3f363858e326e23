"""`lynceus release`: the built database as files."""

import sys
from pathlib import Path

import click

from lynceus import settings
from lynceus.commands import example


@click.command(epilog=example("lynceus release --version 1.0"))
@click.option(
    "--database",
    type=Path,
    default=settings.database_path,
    show_default="LYNCEUS_DATABASE",
    help="The built DuckDB file.",
)
@click.option(
    "--manifest",
    type=Path,
    default=lambda: settings.target_folder() / "manifest.json",
    show_default="target/manifest.json",
    help="dbt's own.",
)
@click.option(
    "--data",
    type=Path,
    default=settings.data_folder,
    show_default="LYNCEUS_DATA",
    help="Folder of the raw tables.",
)
@click.option(
    "--releases",
    type=Path,
    default=settings.releases_folder,
    show_default="LYNCEUS_RELEASES",
    help="Folder of all releases.",
)
@click.option("--version", help="Name of the release; by default made from its content.")
def release(database, manifest, data, releases, version):
    """Write every released table as Parquet, FITS and VOTable, with figures and a manifest."""
    from lynceus.release.tables import ReleaseError
    from lynceus.release.write import write_release

    try:
        target, is_new = write_release(database, manifest, releases, data, version)
    except ReleaseError as error:
        sys.exit(f"No release written.\n{error}")
    print(
        f"{target.name}: "
        + ("written" if is_new else "exists already with these tables; left as it is")
    )
