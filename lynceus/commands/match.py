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
from lynceus.release.origin import lies_with_simulation
from lynceus.settings import data_folder, default_match, read_yaml, releases_folder


@click.command(epilog=example("lynceus match matches/chandra_gaia_2mass_allwise.yml"))
@click.argument(
    "settings", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False
)
def match(settings):
    """Match any catalogues, two or more, described in a settings file (matches/*.yml); without one
    Chandra and Gaia.
    """
    from lynceus.inputs.checks import RawTableError
    from lynceus.inputs.coverage import check_coverages
    from lynceus.release.publishing import replace, staging_folder
    from lynceus.release.tables import ReleaseError

    variables, folder, database = read_settings(settings)
    try:
        check_coverages(variables["match"])
        # tables, files and figures of one run appear together, or those of the last one stay
        with staging_folder(folder.parent, f"-{folder.name}") as staging:
            built = staging / database.name
            if dbt_of_match("build", variables=variables, database=built).returncode:
                sys.exit("dbt build failed")
            with duckdb.connect(str(built), read_only=True) as connection:
                summary = publish(connection, variables["match"], staging)
            replace(staging, folder)
    except (RawTableError, ReleaseError) as error:
        raise click.ClickException(str(error)) from None
    print(f"{summary}\n\nDatabase: {database}\nFiles:    {folder}")


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
    from lynceus.release.figures import known_tables, save_figure
    from lynceus.release.figures.matching import cutoff_calibration, prior_histograms
    from lynceus.release.figures.score import property_importances, roc_curve, score_cdf
    from lynceus.release.fits import write_fits
    from lynceus.release.matching_tables import match_tables
    from lynceus.release.origin import Origin
    from lynceus.release.parquet import write_parquet
    from lynceus.release.votable import write_votable

    origin = Origin(is_of_simulated_sky(match), match["name"])
    for table in match_tables(connection, match):
        path = folder / f"{table.name}.parquet"
        write_parquet(connection, table, path, origin)
        write_fits(table, path, path.with_suffix(".fits"), origin)
        write_votable(table, path, path.with_suffix(".vot"), origin)
    figures = [prior_histograms, cutoff_calibration]
    if "match.match_model" in known_tables(connection):
        figures += [score_cdf, roc_curve, property_importances]
    for draw in figures:
        figure = draw(connection)
        if figure is not None:
            save_figure(figure, folder, draw.__name__, is_simulated=origin.is_simulated)
    primaries, likely, apart = connection.sql(
        "select count(*), count(*) filter (p_any > 0.5), count(*) filter (not is_covered)"
        " from match.primary_posteriors where not is_fake"
    ).fetchall()[0]
    (associations,) = connection.sql(
        "select count(*) from match.posteriors where not is_fake and ncat > 1"
    ).fetchall()[0]
    lines = [
        ("primaries", f"{primaries:,}"),
        ("associations", f"{associations:,}"),
        ("p_any above 0.5", f"{likely:,}"),
    ]
    if apart:
        lines.append(("set apart", f"{apart:,} primaries on sky that another catalogue leaves out"))
    for catalogue, area, area_from in connection.sql(
        "select name, area_deg2, area_from from match.densities order by catalogue"
    ).fetchall():
        lines.append((f"area of {catalogue}", f"{area:.4g} deg2 ({area_from})"))
    if match.get("classifier"):
        lines += _told_of_score(connection, match["classifier"].get("threshold", "chance"))
        lines += told_of_random_negatives(connection)
    if match.get("fakes") != 0:
        lines += told_of_fakes(connection)
    lines += told_of_verification(connection)
    width = max(len(label) for label, _ in lines)
    return "\n" + "\n".join(f"{label:<{width}}  {value}" for label, value in lines)


def is_of_simulated_sky(match):
    """Return whether a table of a match is of a simulated sky: True, else None, as nothing says that
    it is not.
    """
    from lynceus.inputs.match_files import is_match_file

    tables = (str(catalogue["table"]) for catalogue in match["catalogues"])
    # tables that are no files are models of the raw tables
    return (
        any(
            lies_with_simulation(table if is_match_file(table) else data_folder())
            for table in tables
        )
        or None
    )


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
    ((exponent,),) = connection.sql("select exponent from match.match_calibration").fetchall()
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
        (
            "properties",
            f"likelihood ratio to the power {exponent:.2f}, as the sources bear it out"
            if exponent
            else "the sources do not bear them out: position alone decides p_any_joint",
        ),
        (f"{rule} threshold", interval),
        ("pairs", taken),
    ]


def told_of_random_negatives(connection):
    """Return a line of label and text if there are fewer random negatives than were asked for."""
    from lynceus.release.figures import known_tables

    if "match.match_model" not in known_tables(connection):
        return []
    found, asked = connection.sql(
        "select count(*) filter (kind = 'random'), count(*) filter (is_positive) * any_value(random_negatives)"
        " from match.labelled_pairs cross join match.match_model"
    ).fetchall()[0]
    if not asked or found >= asked:
        return []
    why = "the second catalogue has no more sources that are candidates of no source of the first; a table of more of the sky would"
    return [("random negatives", f"{found:,} of the {asked:,} asked for: {why}")]


def told_of_fakes(connection):
    """Return purity and completeness of two cuts as lines of label and text, from the fakes of a built
    match; or why there are none.
    """
    # the number of a fake is that of its primary, and that of its copy times all primaries
    counts = connection.sql(
        "select count(*) filter (is_fake), count(distinct (primary_key - 1) % n) filter (is_fake), n"
        " from match.primaries cross join (select count(*) as n from match.primaries where not is_fake) group by n"
    ).fetchall()
    placed, of_primaries, primaries = counts[0] if counts else (0, 0, 0)
    found = connection.sql(
        "select probability, p_cut, n_selected, purity, purity_error, completeness, completeness_error from match.purity_estimates"
        " where cut_by = 'all' and p_cut in (0.5, 0.9) order by probability, p_cut"
    ).fetchall()
    if not placed:
        why = "none found an empty place on sky that the other catalogues cover; with more of it around the sources some would"
    elif not found:
        why = "there are fewer other sources around them than around the primaries, as where a catalogue was cut out around these: nothing is said of purity"
    else:
        return [
            (
                "by fakes",
                f"{placed:,} copies of {of_primaries:,} of the {primaries:,} sources at empty places",
            ),
            *(
                (
                    f"  {name} > {cut}",
                    "passed by none"
                    if purity is None
                    else f"{selected:,}, purity {purity:.3f} ± {error:.3f}, completeness {share:.3f} ± {share_error:.3f}",
                )
                for name, cut, selected, purity, error, share, share_error in found
            ),
        ]
    return [("no fakes" if not placed else "fakes", why)]


def told_of_verification(connection):
    """Return, for each rule of ours, how many of the published counterparts we choose, too, as lines
    of label and text; where sources train the score, also without these. Nothing where none are
    given.
    """
    from lynceus.release.figures import known_tables

    if "match.verification" not in known_tables(connection):
        return []
    parts = {"published": "true"}
    if connection.sql("select bool_or(trains) from match.verification").fetchall()[0][0]:
        parts["  of sources that do not train"] = "not trains"
    lines = []
    for label, where in parts.items():
        for rule, same, different, theirs, ours, unknown in connection.sql(
            "select rule, count(*) filter (outcome = 'same'), count(*) filter (outcome = 'different'),"
            " count(*) filter (outcome = 'only theirs'), count(*) filter (outcome = 'only ours'),"
            f" count(*) filter (outcome = 'unknown source') from match.verification where {where} group by rule order by rule"
        ).fetchall():
            text = f"none of the {unknown:,} sources is in the first catalogue"
            if published := same + different + theirs:
                share = f"{100 * same / published:.1f} %"
                text = f"{same:,} of {published:,} counterparts the same ({share}), {different:,} different, {theirs:,} only theirs, {ours:,} only ours"
                text += f"; {unknown:,} sources unknown here" if unknown else ""
            lines.append((f"{label}, by {rule}", text))
    return lines
