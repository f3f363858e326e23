"""`lynceus explain`: what each probability of one source is made of."""

from pathlib import Path

import click
import duckdb

from lynceus.commands import example
from lynceus.commands.match import dbt_of_match, is_of_simulated_sky, read_settings
from lynceus.commands.terminal import aligned


@click.command(
    epilog=example("lynceus explain matches/chandra_gaia_2mass_allwise.yml '2CXO J000331.4-632227'")
)
@click.argument("settings", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("source", metavar="ID")
def explain(settings, source):
    """Print every association of source ID of the first catalogue with the factors of its
    probability, and draw its field.
    """
    from lynceus.release.figures import save_figure
    from lynceus.release.figures.matching import association_field

    variables, folder, database = read_settings(settings)
    name = variables["match"]["name"]
    if not source.strip():
        raise click.UsageError("name the source: lynceus explain SETTINGS ID")
    if not database.exists():
        raise click.ClickException(f"{name} is not built: lynceus match {settings} comes first")
    compiled = dbt_of_match(
        "compile",
        "--quiet",
        "--select",
        "what_makes_an_association_probable",
        database=database,
        variables={**variables, "primary_id": source},
        capture_output=True,
        text=True,
    )
    if compiled.returncode:
        raise click.ClickException(compiled.stdout)
    with duckdb.connect(str(database), read_only=True) as connection:
        try:
            rows = connection.sql(compiled.stdout)
        except duckdb.CatalogException:
            raise click.ClickException(
                f"{name} is not built: lynceus match {settings} comes first"
            ) from None
        if not len(rows):
            raise click.ClickException(f"{source} is no source of {name}")
        print(aligned(rows.columns, rows.fetchall(), digits=5))
        folder.mkdir(parents=True, exist_ok=True)
        figure = association_field(connection, variables["match"], source)
        stem = f"field of {source}".replace(" ", "_")
        is_simulated = is_of_simulated_sky(variables["match"])
        for path in save_figure(figure, folder, stem, is_simulated=is_simulated):
            print(path)
