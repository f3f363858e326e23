"""`lynceus match` and `lynceus explain`: a match of any catalogues from its settings, and what each
probability is made of.

The tables lie in schema `match` of a database of their own,
`releases/matches/<name>/<name>.duckdb`; beside it they are Parquet, FITS and VOTable, with the
figures. dbt parses only the models that the match needs.
"""

import sys
import tempfile
from pathlib import Path

import click
import duckdb
import yaml

from lynceus.commands import example
from lynceus.commands.dbt import dbt
from lynceus.commands.match_project import match_project
from lynceus.settings import default_match, read_yaml, releases_folder


@click.command(epilog=example("lynceus match matches/chandra_gaia_2mass_allwise.yml"))
@click.argument(
    "settings", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False
)
def match(settings):
    """Match any catalogues, two or more, described in a settings file (matches/*.yml); without one
    Chandra and Gaia.
    """
    variables, folder, database = read_settings(settings)
    folder.mkdir(parents=True, exist_ok=True)
    if dbt_of_match("build", variables=variables, database=database).returncode:
        sys.exit("dbt build failed")
    with duckdb.connect(str(database), read_only=True) as connection:
        print(publish(connection, variables["match"], folder))
    print(f"\nDatabase: {database}\nFiles:    {folder}")


def dbt_of_match(command, *arguments, variables, database, **options):
    """Run dbt on the models that a match needs, into its database; return the finished process,
    whatever its exit code.
    """
    with tempfile.TemporaryDirectory() as work:
        project = match_project(variables["match"], Path(work) / "project")
        environment = {
            "LYNCEUS_DATABASE": str(database),
            "DBT_PROJECT_DIR": str(project),
            "DBT_TARGET_PATH": f"{work}/target",
            "DBT_LOG_PATH": f"{work}/logs",
        }
        return dbt(command, *arguments, variables=variables, environment=environment, **options)


def read_settings(path):
    """Return the vars of a settings file (None: those of the default match), and the folder and the
    database of the match.

    Raises
    ------
    click.ClickException
        If the file is no YAML, or describes no match.
    """
    try:
        variables = read_yaml(path) if path else {"match": default_match()}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{path} is no YAML: {error}") from None
    if (
        not isinstance(variables, dict)
        or not isinstance(variables.get("match"), dict)
        or not variables["match"].get("name")
    ):
        raise click.ClickException(
            f"{path} describes no match: it needs a key `match` with a `name` (docs/matching.md)"
        )
    name = str(variables["match"]["name"])
    folder = releases_folder().resolve() / "matches" / name
    return variables, folder, folder / f"{name}.duckdb"


def publish(connection, match, folder):
    """Write tables and figures of a built match into a folder; return a short table of what came
    out.
    """
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
        write_votable(table, path, path.with_suffix(".vot"), match["name"])
    for draw in (prior_histograms, cutoff_calibration):
        figure = draw(connection)
        if figure is not None:
            save_figure(figure, folder, draw.__name__)
    primaries, likely, fakes = connection.sql(
        "select count(*) filter (not is_fake), count(*) filter (not is_fake and p_any > 0.5), count(*) filter (is_fake)"
        " from match.primary_posteriors"
    ).fetchall()[0]
    (associations,) = connection.sql(
        "select count(*) from match.posteriors where not is_fake and ncat > 1"
    ).fetchall()[0]
    lines = [
        ("primaries", f"{primaries:,}"),
        ("associations", f"{associations:,}"),
        ("p_any above 0.5", f"{likely:,}"),
    ]
    for catalogue, area, area_from in connection.sql(
        "select name, area_deg2, area_from from match.densities order by catalogue"
    ).fetchall():
        lines.append((f"area of {catalogue}", f"{area:.4g} deg2 ({area_from})"))
    if match.get("classifier"):
        lines += _told_of_score(connection, match["classifier"].get("threshold", "chance"))
    if match.get("fakes"):
        lines += _told_of_fakes(connection, fakes)
    width = max(len(label) for label, _ in lines)
    return "\n" + "\n".join(f"{label:<{width}}  {value}" for label, value in lines)


def _told_of_score(connection, rule):
    """Return what came of the score: how good it is, its threshold, and how many pairs it takes."""
    from lynceus.learning.match_training import FEWEST

    row = connection.sql("from match.match_model").fetchnumpy()
    found = {name: values.tolist()[0] for name, values in row.items()}
    if not found["model_file"]:
        parts = ", ".join(
            f"{found[f'n_positive_{name}']} and {found[f'n_negative_{name}']} of {name}"
            for name in ("train", "validation", "test")
        )
        return [
            (
                "no score",
                f"of positive and negative pairs there are {parts}; {FEWEST} of each are needed. Position alone decides",
            )
        ]
    threshold, low, high = connection.execute(
        "select threshold, threshold_low, threshold_high from match.score_thresholds where rule = ?",
        [rule],
    ).fetchall()[0]
    counts = dict(
        connection.sql(
            "select selection, count(*) from match.flagged_pairs where selection is not null group by all"
        ).fetchall()
    )
    interval = (
        "none, no counterpart is beyond doubt"
        if threshold is None
        else f"{threshold:.3f}, 5 to 95 % {low:.3f} to {high:.3f}"
    )
    taken = ", ".join(
        f"{counts.get(name, 0):,} {name}" for name in ("best", "alternate", "ambiguous")
    )
    return [
        (
            "score",
            f"ROC area {found['auc_test']:.3f} of {found['n_positive_test']:,} sources held out",
        ),
        (f"{rule} threshold", interval),
        ("pairs", taken),
    ]


def _told_of_fakes(connection, fakes):
    """Return what the fakes say of a cut in p_any; that there are none, if none found a place."""
    if not fakes:
        return [("no fakes", "none found an empty place inside the coverage: no cut is calibrated")]
    cut = connection.sql(
        "select p_any_cut, selected_share from match.cutoff_calibration where false_selection_rate <= 0.01 order by p_any_cut limit 1"
    ).fetchall()
    return [
        (
            f"1 % of {fakes:,} fakes pass",
            f"p_any > {at:.2f}, which {share:.1%} of the primaries pass",
        )
        for at, share in cut
    ]
