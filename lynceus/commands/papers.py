"""`lynceus papers`: the tables and figures of the papers, of this catalogue."""

from pathlib import Path

import click
import duckdb

from lynceus import settings
from lynceus.commands import example
from lynceus.commands.dbt import dbt
from lynceus.commands.query import ask

TABLES = settings.PROJECT / "analyses" / "papers"


@click.command(epilog=example("lynceus papers", "lynceus query papers/perez_diaz_2026_table_6"))
@click.option(
    "--folder",
    type=Path,
    default=lambda: settings.releases_folder() / "papers",
    show_default="releases/papers",
    help="Where they go.",
)
def papers(folder):
    """Write the papers' tables (CSV) and figures (PNG and SVG), made from the built catalogue.

    Each is one SQL file in analyses/papers/, named by paper and number.
    """
    from lynceus.release.figures import PAPER_FIGURES, draw_figures

    database = settings.database_path()
    if not database.is_file():
        raise click.ClickException(f"there is no database {database}; lynceus catalog makes it")
    compiled = dbt(
        "compile", "--quiet", "--select", "path:analyses/papers", capture_output=True, text=True
    )
    if compiled.returncode:
        raise click.ClickException(compiled.stdout)
    folder.mkdir(parents=True, exist_ok=True)
    queries = settings.target_folder() / "compiled" / "lynceus" / "analyses" / "papers"
    with duckdb.connect(str(database), read_only=True) as connection:
        for path in sorted(TABLES.glob("*.sql")):
            ask(connection, (queries / path.name).read_text(), database).write_csv(
                str(folder / f"{path.stem}.csv")
            )
            print(folder / f"{path.stem}.csv")
        for path in draw_figures(connection, folder, PAPER_FIGURES):
            print(path)
