"""`lynceus match` and `lynceus explain`: a match of any catalogues from its settings, and what each probability is made of.

The tables lie in the database, in a schema of the match's name; `releases/matches/<name>/` gets them as Parquet, FITS and
VOTable, and the figures.
"""

import sys
from pathlib import Path

import click
import duckdb
import yaml

from lynceus.commands import example
from lynceus.commands.dbt import dbt
from lynceus.settings import database_path, releases_folder


@click.command(epilog=example("lynceus match matches/chandra_gaia_2mass_allwise.yml"))
@click.argument("settings", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def match(settings):
    """Match any catalogues, two or more, described in a settings file (matches/*.yml)."""
    variables, folder = read_settings(settings)
    if dbt("build", "--select", "+path:models/matching", variables=variables).returncode:
        sys.exit("dbt build failed")
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(database_path()), read_only=True) as connection:
        print(publish(connection, variables["match"], folder))
    print(f"\nDatabase: {database_path()}\nFiles:    {folder}")


def read_settings(path):
    """Return the vars of a settings file and the folder of the match's files.

    Raises
    ------
    click.ClickException
        If the file is no YAML, or describes no match.
    """
    try:
        variables = yaml.safe_load(path.read_text())
    except yaml.YAMLError as error:
        raise click.ClickException(f"{path} is no YAML: {error}") from None
    if not isinstance(variables, dict) or not isinstance(variables.get("match"), dict) or not variables["match"].get("name"):
        raise click.ClickException(f"{path} describes no match: it needs a key `match` with a `name` (docs/matching.md)")
    return variables, releases_folder() / "matches" / str(variables["match"]["name"])


def publish(connection, match, folder):
    """Write tables and figures of a built match into a folder; return a short table of what came out."""
    name = match["name"]
    from lynceus.release.figures import save_figure
    from lynceus.release.figures.matching import cutoff_calibration, prior_histograms
    from lynceus.release.fits import write_fits
    from lynceus.release.matching_tables import match_tables
    from lynceus.release.parquet import write_parquet
    from lynceus.release.votable import write_votable

    for table in match_tables(connection, match):
        path = folder / f"{table.name}.parquet"
        write_parquet(connection, table, path)
        write_fits(table, path, path.with_suffix(".fits"))
        write_votable(table, path, path.with_suffix(".vot"), name)
    for draw in (prior_histograms, cutoff_calibration):
        figure = draw(connection, name)
        if figure is not None:
            save_figure(figure, folder, draw.__name__)
    primaries, likely, fakes = connection.sql(
        "select count(*) filter (not is_fake), count(*) filter (not is_fake and p_any > 0.5), count(*) filter (is_fake)"
        f" from {name}.primary_posteriors"
    ).fetchall()[0]
    associations, = connection.sql(f"select count(*) from {name}.association_posteriors where not is_fake and ncat > 1").fetchall()[0]
    lines = [("primaries", f"{primaries:,}"), ("associations", f"{associations:,}"), ("p_any above 0.5", f"{likely:,}")]
    for catalogue, area, area_from in connection.sql(f"select name, area_deg2, area_from from {name}.matching_densities order by catalogue").fetchall():
        lines.append((f"area of {catalogue}", f"{area:.4g} deg2 ({area_from})"))
    if fakes:
        cut = connection.sql(
            f"select p_any_cut, selected_share, false_selection_rate from {name}.cutoff_calibration"
            " where false_selection_rate <= 0.01 order by p_any_cut limit 1"
        ).fetchall()
        lines += [(f"1 % of {fakes:,} fakes pass", f"p_any > {at:.2f}, which {share:.1%} of the primaries pass") for at, share, _ in cut]
    width = max(len(label) for label, _ in lines)
    return "\n" + "\n".join(f"{label:<{width}}  {value}" for label, value in lines)
