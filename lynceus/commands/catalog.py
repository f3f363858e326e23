"""`lynceus catalog`: raw tables, build, release, and what came out, in one command."""

import os
import signal
import sys
import time
from functools import partial
from pathlib import Path

import click
import duckdb
import yaml

from lynceus import settings
from lynceus.commands import example, sky
from lynceus.commands.match import (
    told_of_fakes,
    told_of_random_negatives,
    told_of_verification,
)
from lynceus.inputs.raw_tables import raw_tables

# what is built of a simulated sky, with all figures; a demo has a smaller one, and four of them
WHOLE = {"sources": 20_000, "pointings": 400, "figures": (), "vars": {}}
DEMO = Path(__file__).parent.parent / "build" / "demo.yml"
DEMO_PLACES = {
    "LYNCEUS_DATA": "demo/data",
    "LYNCEUS_DATABASE": "demo/lynceus.duckdb",
    "LYNCEUS_RELEASES": "demo/releases",
    "DBT_TARGET_PATH": "demo/target",
    "DBT_LOG_PATH": "demo/logs",
}
FIRST_EXAMPLE = """\
select csc_name, gaia_source_id, p_counterpart, phot_g_mean_mag from sources.counterparts
where p_any < 0.3 and p_counterpart > 0.9 order by p_any, csc_name limit 5"""
EXAMPLE = """\
select csc_name, gaia_source_id, p_counterpart, phot_g_mean_mag, class, class_prob
from release.xray_sources where p_any < 0.3 and p_counterpart > 0.9 order by p_any, csc_name limit 5"""


@click.command(
    epilog=example(
        "lynceus catalog --demo",
        "LYNCEUS_DATA=data/orion lynceus catalog --vars '{p_any_threshold: 0.7}'",
    )
)
@click.option("--sources", type=int, help="X-ray sources of a simulated sky: 20000; a demo's 2000.")
@click.option("--pointings", type=int, help="Pointings of a simulated sky: 400; a demo's 40.")
@click.option("--seed", default=1, show_default=True, help="Seed of a simulated sky.")
@sky.preset
@click.option(
    "--demo",
    is_flag=True,
    help="A first look: a small simulated sky, quick classifiers; in ./demo.",
)
@click.option(
    "--vars", "variables", default="{}", metavar="YAML", help="Vars of dbt_project.yml to change."
)
def catalog(sources, pointings, seed, preset, demo, variables):
    """Build and release the catalogue, from LYNCEUS_DATA or a simulated sky: first the counterparts,
    which can be queried while the classes are computed. What has not changed is not built again.
    """
    from lynceus.build.finished import finished_release, made_from, remember
    from lynceus.build.progress import Shown
    from lynceus.release.publishing import point_latest_at

    start, shown, has_data = time.monotonic(), Shown(), bool(os.environ.get("LYNCEUS_DATA"))
    plan = _demo() if demo else WHOLE
    given = plan["vars"] | _read_vars(variables)
    signal.signal(signal.SIGINT, partial(_stop, shown))
    shown.say(f"Raw tables: {settings.data_folder()}")
    if not has_data:
        _make_sky_if_absent(
            sources or plan["sources"], pointings or plan["pointings"], seed, preset
        )
    database, inputs = settings.database_path(), made_from(given)
    manifest = settings.target_folder() / "manifest.json"
    released, is_new = finished_release(database, inputs, manifest), False
    if released:
        shown.say("Nothing has changed since the last build")
        point_latest_at(released)
    else:
        _build(database, given, shown)
        released, is_new = _release(database, manifest, plan["figures"])
        remember(database, inputs, released)
    with duckdb.connect(str(database), read_only=True) as connection:
        shown.say(summary(connection))
    shown.say(
        f"\nRelease:  {released}{'' if is_new else ' (exists already, with the same tables)'}\nDatabase: {database}"
    )
    shown.say(f"Took {time.monotonic() - start:.0f} s. Try:\n\n{_query(EXAMPLE)}")


def _build(database, variables, shown):
    """Build what has changed: first the counterparts, which are published at once."""
    from lynceus.build.first_answer import first_answer, withdraw_counterparts
    from lynceus.build.stages import BuildError, Catalogue

    try:
        built = Catalogue(variables, shown)
        shown.say(built.news())
        first = built.first()
        if first & built.stale:
            withdraw_counterparts(database)
        built.build("counterparts", first)
        if not first_answer(database).is_file():
            _tell_counterparts(database, shown)
        built.build("catalogue", built.nodes)
    except BuildError as error:
        sys.exit(f"{error}\n\nThe build failed; the last release stays as it was.")


def _demo():
    """Return what a demo builds, after saying where it lies: in folder demo, where nothing else is
    said.
    """
    for name, place in DEMO_PLACES.items():
        os.environ.setdefault(name, place)
    return settings.read_yaml(DEMO)


def _query(text):
    """Return the command that asks for something, of the demo's database too."""
    database = DEMO_PLACES["LYNCEUS_DATABASE"]
    is_demos = os.environ.get("LYNCEUS_DATABASE") == database
    return f'{f"LYNCEUS_DATABASE={database} " if is_demos else ""}lynceus query "{text}"'


def _read_vars(text):
    """Return the vars of a YAML text.

    Raises
    ------
    click.BadParameter
        If it is none.
    """
    try:
        variables = settings.parse_yaml(text) or {}
    except yaml.YAMLError as error:
        raise click.BadParameter(f"--vars is no YAML: {error}") from None
    if not isinstance(variables, dict):
        raise click.BadParameter(f"--vars must be {{name: value}}, is {text}")
    return variables


def _stop(shown, *_):
    """End at once, whatever threads are training: what is built is in the database with its key."""
    shown.abandon()
    print("\nStopped; the same command goes on. The last release stays as it was.", flush=True)
    os._exit(128 + signal.SIGINT)


def _tell_counterparts(database, shown):
    """Publish the counterparts; say how good they are, and how to ask for them."""
    from lynceus.build.first_answer import publish_counterparts

    with duckdb.connect(str(database), read_only=True) as connection:
        publish_counterparts(connection, settings.target_folder() / "manifest.json", database)
        rows = [row for row in match_quality(connection) if row[0] in ("joint", "nway")]
        rows = rows or told_of_fakes(connection)
    shown.say(aligned_lines([("counterparts", "ready, classes follow"), *rows]))
    shown.say(f"{_query(FIRST_EXAMPLE)}\n")


def _release(database, manifest, figures):
    """Write the release; return where it is, and whether it is new."""
    from lynceus.release.tables import ReleaseError
    from lynceus.release.write import write_release

    try:
        return write_release(
            database,
            manifest,
            settings.releases_folder(),
            settings.data_folder(),
            figures=figures,
        )
    except ReleaseError as error:
        sys.exit(f"No release written.\n{error}")


def _make_sky_if_absent(sources, pointings, seed, preset):
    """Simulate a sky where no earlier one is there."""
    folder = settings.data_folder()
    if any(table.files(folder) for table in raw_tables().values()):
        return
    from lynceus.inputs.simulated import simulate_sky

    print("== simulated sky", flush=True)
    simulate_sky(
        folder, sources=sources, pointings=pointings, seed=seed, preset=preset, progress=True
    )


def summary(connection):
    """Return the counts of the catalogue as a short table; completeness and purity where the truth
    is known.
    """
    sources, candidates = connection.execute(
        "select count(*), sum(n_candidates) from release.xray_sources"
    ).fetchall()[0]
    states = connection.execute(
        "select state, count(*) from release.xray_sources group by all order by 2 desc"
    ).fetchall()
    lines = [("X-ray sources", f"{sources:,}"), ("candidates", f"{candidates:,}")]
    lines += [(f"  {state.replace('_', ' ')}", f"{count:,}") for state, count in states]
    lines += [
        *told_of_random_negatives(connection),
        *match_quality(connection),
        *told_of_fakes(connection),
        *told_of_verification(connection),
    ]
    classes = connection.execute("""
        select classifier, accuracy, n from release.class_evaluation
        where scheme = 'simulated' and class_set = 'own' and subset = 'all' and class = 'all' and classifier in ('lynceus', 'muwclass') order by all
    """).fetchall()
    lines += [
        (f"classes, {name}", f"accuracy {accuracy:.3f}  of {number:,} not trained on")
        for name, accuracy, number in classes
    ]
    return aligned_lines(lines)


def match_quality(connection):
    """Return completeness and purity of each method, as lines of label and text; none where the truth
    is not known.
    """
    truth = connection.execute(
        "select method, completeness, purity from release.match_evaluation where cut_by = 'all' order by method"
    ).fetchall()
    return [
        (
            method,
            f"completeness {completeness:.3f}  purity {purity:.3f}"
            if purity is not None
            else "chooses nothing: too few secure pairs to train on",
        )
        for method, completeness, purity in truth
    ]


def aligned_lines(lines):
    """Return lines of label and text, the texts below each other."""
    width = max(len(label) for label, _ in lines)
    return "\n" + "\n".join(f"{label:<{width}}  {value}" for label, value in lines)
