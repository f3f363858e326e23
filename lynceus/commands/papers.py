"""`lynceus papers`: the tables and figures of the papers, of this catalogue."""

import re
from functools import partial
from pathlib import Path

import click
import duckdb

from lynceus import settings
from lynceus.commands import example
from lynceus.commands.dbt import dbt
from lynceus.commands.query import ask

QUERIES = settings.PROJECT / "analyses" / "papers"
NOTHING = "nothing on this catalogue"


@click.command(epilog=example("lynceus papers", "lynceus query papers/perez_diaz_2026_table_6"))
@click.option(
    "--folder",
    type=Path,
    default=lambda: settings.releases_folder() / "papers",
    show_default="releases/papers",
    help="Where they go.",
)
def papers(folder):
    """Write the papers' tables (CSV) and figures (PNG, and CSV of their points), made from the
    built catalogue, and a line for each.

    Queries are in analyses/papers/, one file each, named by paper and number.
    """
    database = settings.database_path()
    if not database.is_file():
        raise click.ClickException(f"there is no database {database}; lynceus catalog makes it")
    compiled = dbt(
        "compile", "--quiet", "--select", "path:analyses/papers", capture_output=True, text=True
    )
    if compiled.returncode:
        raise click.ClickException(compiled.stdout)
    folder.mkdir(parents=True, exist_ok=True)
    for kind in ("table", "section", "footnote", "figure"):
        for path in folder.glob(f"*_{kind}_*.*"):
            path.unlink()  # of an earlier catalogue, which may have had more to show
    with duckdb.connect(str(database), read_only=True) as connection:
        lines = _write_tables(connection, database, folder) | _draw_figures(connection, folder)
    for name in sorted(lines, key=_paper_and_number):
        print(*lines[name], sep="\n")


def _write_tables(connection, database, folder):
    """Write the rows of every query, and draw those that are the points of a figure; return the
    lines to print by name.
    """
    from lynceus.release.figures import save_figures
    from lynceus.release.figures.papers import POINT_FIGURES
    from lynceus.release.figures.rows import columns_of

    compiled = settings.target_folder() / "compiled" / "lynceus" / "analyses" / "papers"
    lines, figures, titles = {}, {}, {}
    for path in sorted(QUERIES.glob("*.sql")):
        what = titles[path.stem] = title(path)
        try:
            relation = ask(connection, (compiled / path.name).read_text(), database)
            rows = columns_of(relation)
        except duckdb.Error as error:
            raise click.ClickException(f"{path.stem}: {error}") from None
        count = len(next(iter(rows.values())))
        if count:
            relation.write_csv(str(folder / f"{path.stem}.csv"))
            number = f"{count:,} row{'s' * (count != 1)}"
            lines[path.stem] = [f"{folder / path.stem}.csv: {what}, {number}"]
            if path.stem in POINT_FIGURES:
                figures[path.stem] = partial(POINT_FIGURES[path.stem], rows)
        else:
            lines[path.stem] = [f"{path.stem}: {what}: {NOTHING}"]
    for name, path in save_figures(connection, folder, figures, kinds=("png",)):
        lines[name].append(f"{path}: {titles[name]}")
    return lines


def _draw_figures(connection, folder):
    """Draw the figures that need no query of their own; return the lines to print by name."""
    from lynceus.release.figures import known_tables, save_figures
    from lynceus.release.figures.papers import PAPER_FIGURES

    tables = known_tables(connection)
    figures = {
        name: partial(draw, connection)
        for name, (draw, read, _) in PAPER_FIGURES.items()
        if tables.issuperset(read)
    }
    drawn = dict(save_figures(connection, folder, figures, kinds=("png",)))
    return {
        name: [f"{drawn[name]}: {what}" if name in drawn else f"{name}: {what}: {NOTHING}"]
        for name, (_, _, what) in PAPER_FIGURES.items()
    }


def title(path):
    """Return what a query selects, by its first line: `-- Table 1 of ...: what.`"""
    line = path.read_text().split("\n", 1)[0]
    return line.removeprefix("-- ").split(": ", 1)[1].removesuffix(".")


def _paper_and_number(name):
    """Return the key that sorts figure_10 after figure_9."""
    return [
        int(part) if part.isdigit() else part
        for part in re.split(r"(\d+)", name.replace("figure", "table~"))
    ]
