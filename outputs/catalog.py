"""`make catalog`: raw tables, build, release, and what came out, in one command."""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

import duckdb

from inputs.raw_tables import raw_tables
from outputs.dbt_run import NO_UNIT_TESTS
from outputs.release import write_release
from outputs.tables import ReleaseError
from udfs.plugin import data_folder, database_path

PROJECT = Path(__file__).resolve().parent.parent
EXAMPLE = """\
select csc_name, gaia_source_id, p_counterpart, phot_g_mean_mag, class, class_prob
from release.xray_sources where p_any < 0.3 and p_counterpart > 0.9 order by p_any, csc_name limit 5"""


def main():
    """Run every step of the catalogue; stop with the exit code of the first that fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, default=20_000, help="X-ray sources of a simulated sky")
    parser.add_argument("--pointings", type=int, default=400, help="pointings of a simulated sky")
    parser.add_argument("--seed", type=int, default=1, help="seed of a simulated sky")
    parser.add_argument("--vars", default="{}", help="vars of dbt_project.yml to change, as '{muwclass_draws: 3000}'")
    arguments = parser.parse_args()
    start = time.monotonic()
    target = Path(os.environ.get("DBT_TARGET_PATH") or PROJECT / "target")
    releases = Path(os.environ.get("LYNCEUS_RELEASES") or PROJECT / "releases")
    make_sky_if_absent(arguments)
    run("dbt build", [sys.executable, "-m", "dbt.cli.main", "build", *NO_UNIT_TESTS, "--vars", arguments.vars])
    try:
        released, is_new = write_release(database_path(), target / "manifest.json", releases, data_folder())
    except ReleaseError as error:
        sys.exit(f"No release written.\n{error}")
    with duckdb.connect(str(database_path()), read_only=True) as connection:
        print(summary(connection))
    print(f"\nRelease:  {released}{'' if is_new else ' (there already, with the same tables)'}\nDatabase: {database_path()}\nTook {time.monotonic() - start:.0f} s. Try:\n")
    print(f'.venv/bin/python -c "import duckdb; duckdb.connect(\'{database_path()}\', read_only=True).sql(\'\'\'\n{EXAMPLE}\'\'\').show()"')


def make_sky_if_absent(arguments):
    """Simulate a sky where neither LYNCEUS_DATA names raw tables nor an earlier sky is there."""
    if os.environ.get("LYNCEUS_DATA") or any(table.files(data_folder()) for table in raw_tables().values()):
        print(f"Raw tables: {data_folder()}")
        return
    sizes = [f"--{name}={getattr(arguments, name)}" for name in ("sources", "pointings", "seed")]
    run("simulated sky", [sys.executable, "-m", "inputs.simulated", f"--folder={data_folder()}", *sizes])


def run(step, command):
    """Run one step with its output on the terminal; leave with its exit code if it fails."""
    print(f"== {step}", flush=True)
    environment = {**os.environ, "DBT_PROJECT_DIR": str(PROJECT), "DBT_PROFILES_DIR": str(PROJECT)}
    code = subprocess.run(command, cwd=PROJECT, env=environment, check=False).returncode
    if code:
        sys.exit(f"{step} failed; the last release stays as it was.")


def summary(connection):
    """Return the counts of the catalogue as a short table; recall and purity where the truth is known."""
    sources, candidates = connection.execute(
        "select count(*), sum(n_candidates) from release.xray_sources"
    ).fetchall()[0]
    states = connection.execute("select state, count(*) from release.xray_sources group by all order by 2 desc").fetchall()
    lines = [("X-ray sources", f"{sources:,}"), ("candidates", f"{candidates:,}")]
    lines += [(f"  {state.replace('_', ' ')}", f"{count:,}") for state, count in states]
    truth = connection.execute(
        "select method, recall, purity from release.match_evaluation where cut_by = 'all' order by method"
    ).fetchall()
    lines += [
        (method, f"recall {recall:.3f}  purity {purity:.3f}" if purity is not None else "chooses nothing: too few secure pairs to train on")
        for method, recall, purity in truth
    ]
    classes = connection.execute("""
        select classifier, sum(n_sources) filter (kind = class) / sum(n_sources), sum(n_sources)::bigint
        from release.class_truth where subset = 'all' and classifier in ('lynceus', 'muwclass') group by all order by all
    """).fetchall()
    lines += [(f"classes, {name}", f"right {share:.3f}  of {number:,} not trained on") for name, share, number in classes]
    width = max(len(label) for label, _ in lines)
    return "\n" + "\n".join(f"{label:<{width}}  {value}" for label, value in lines)


if __name__ == "__main__":
    main()
