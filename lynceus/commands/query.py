"""`lynceus query`: the database asked in SQL."""

import re
import sys
from pathlib import Path

import click
import duckdb

from lynceus import settings
from lynceus.commands import example
from lynceus.commands.dbt import dbt
from lynceus.commands.terminal import aligned
from lynceus.refusals import refusal

ANALYSES = settings.PROJECT / "analyses"
UNKNOWN_FUNCTION = re.compile(r"Function with name \S+ does not exist")


@click.command(
    epilog=example(
        'lynceus query "select csc_name, p_any from release.xray_sources where p_any > 0.99" --output sure.fits',
        "lynceus query which_matches_are_sure",
    )
)
@click.argument("question", required=False)
@click.option(
    "--database",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Default: LYNCEUS_DATABASE, else lynceus.duckdb.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A .csv, .parquet, .fits or .vot file instead of the terminal.",
)
@click.option(
    "--limit", default=40, show_default=True, help="Rows shown on the terminal; 0 for all."
)
@click.option("--vars", "variables", default="{}", metavar="YAML", help="Vars of an analysis.")
def query(question, database, output, limit, variables):
    """Ask the database.

    QUESTION is SQL, a file with SQL, or the name of a query in analyses/; without it, a prompt.
    """
    path = database or settings.database_path()
    if not path.is_file():
        raise click.ClickException(f"there is no database {path}; lynceus catalog makes it")
    if question is None:
        _prompt(path, limit)
        return
    sql = sql_of(question, variables)
    with _open(path) as connection:
        try:
            relation = ask(connection, sql, path)
            if output is None:
                print(shown(relation, limit))
            else:
                from lynceus.release.answers import write_answer

                print(f"{output}: {write_answer(connection, relation, output):,} rows")
        except (duckdb.Error, ValueError) as error:
            raise click.ClickException(str(error)) from None


def _open(path):
    """Return a connection to the database, or to its first answer while it is being built."""
    from lynceus.build.first_answer import connect

    try:
        connection, is_whole = connect(path)
    except duckdb.IOException as error:
        raise click.ClickException(refusal(error)) from None
    if not is_whole:
        click.echo(f"{path.name} is being built: sources.counterparts answers already", err=True)
    return connection


def sql_of(question, variables="{}"):
    """Return the SQL of a question: itself, that of a file, or that of a query in analyses/ as dbt
    compiles it.

    Raises
    ------
    click.ClickException
        If dbt cannot compile the query.
    """
    name = Path(question).stem if re.fullmatch(r"[\w./-]+", question) else None
    if name and list(ANALYSES.rglob(f"{name}.sql")):
        compiled = dbt(
            "compile",
            "--quiet",
            "--select",
            name,
            variables=variables,
            capture_output=True,
            text=True,
        )
        if compiled.returncode:
            raise click.ClickException(compiled.stdout)
        if not compiled.stdout.strip():
            raise click.ClickException(f"{name} needs a match: lynceus explain answers it")
        return compiled.stdout
    if name and Path(question).is_file():
        return Path(question).read_text()
    return question


def ask(connection, sql, database):
    """Return the relation of a query; the project's functions are there if it calls one."""
    try:
        return connection.sql(sql)
    except duckdb.CatalogException as error:
        if not UNKNOWN_FUNCTION.search(str(error)):
            raise
    from udfs import register

    register(connection, Path(database).with_suffix(".models"))
    return connection.sql(sql)


def shown(relation, limit):
    """Return the rows of a relation as text, `limit` of them (0: all), and how many there are."""
    if relation is None:
        return ""
    rows = (relation.limit(limit + 1) if limit else relation).fetchall()
    more = bool(limit) and len(rows) > limit
    table = aligned(relation.columns, rows[:limit] if more else rows)
    return f"{table}\n({f'first {limit:,} rows; --limit shows more' if more else f'{len(rows):,} row' + 's' * (len(rows) != 1)})"


def _prompt(database, limit):
    """Answer queries that end in a semicolon until the input ends."""
    try:
        import readline  # noqa: F401  keys and history of input()
    except ImportError:
        pass
    with _open(database) as connection:
        lines = []
        while True:
            try:
                lines.append(input("lynceus> " if not lines else "    ...> "))
            except (EOFError, KeyboardInterrupt):
                print()
                return
            if lines[-1].rstrip().endswith(";"):
                try:
                    print(shown(ask(connection, "\n".join(lines), database), limit))
                except duckdb.Error as error:
                    print(error, file=sys.stderr)
                lines = []
