"""`make match` and `make explain`: build a match of any catalogues from its YAML entry, and show what came out.

    python -m outputs.match matches/<name>.yml
    python -m outputs.match matches/<name>.yml --explain <id>

Tables lie in schema `match` of a database of its own, `releases/matches/<name>/<name>.duckdb`; beside it they are Parquet, FITS and
VOTable, with the figures. dbt parses only the models that the match needs.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import yaml

from outputs.figures import save_figure
from outputs.figures_matching import association_field, cutoff_calibration, prior_histograms
from outputs.fits import write_fits
from outputs.match_project import match_project
from outputs.matching_tables import match_tables
from outputs.parquet import write_parquet
from outputs.votable import write_votable
from udfs.plugin import PROJECT, default_match

def main():
    """Build the match, or explain one source of a match that is built."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("match", type=Path, nargs="?", help="YAML file with the key `match`; left out, the default match of dbt_project.yml")
    parser.add_argument("--explain", metavar="ID", help="id of a source of the first catalogue")
    options = parser.parse_args()
    variables = yaml.safe_load(options.match.read_text()) if options.match else {"match": default_match()}
    name = str(variables["match"]["name"])
    folder = Path(os.environ.get("LYNCEUS_RELEASES") or PROJECT / "releases") / "matches" / name
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / f"{name}.duckdb"
    with tempfile.TemporaryDirectory() as work:
        project = match_project(variables["match"], Path(work) / "project")
        if options.explain:
            explain(variables, options.explain, folder, database, project)
            return
        if dbt("build", project=project, database=database, variables=variables).returncode:
            sys.exit("dbt build failed")
    with duckdb.connect(str(database), read_only=True) as connection:
        print(publish(connection, variables["match"], folder))
    print(f"\nDatabase: {database}\nFiles:    {folder}")


def dbt(command, *arguments, project, database, variables, **options):
    """Run dbt on a project folder, into a database; return the finished process."""
    environment = {
        **os.environ, "LYNCEUS_DATABASE": str(database.resolve()), "DBT_PROJECT_DIR": str(project), "DBT_PROFILES_DIR": str(PROJECT),
        "DBT_TARGET_PATH": str(project / "target"), "DBT_LOG_PATH": str(project / "logs"),
    }
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "dbt.cli.main", command, *arguments, "--vars", json.dumps(variables)],
        cwd=PROJECT, env=environment, check=False, **options,
    )


def publish(connection, match, folder):
    """Write tables and figures of a built match into a folder; return a short table of what came out."""
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
    associations, = connection.sql("select count(*) from match.posteriors where not is_fake and ncat > 1").fetchall()[0]
    lines = [("primaries", f"{primaries:,}"), ("associations", f"{associations:,}"), ("p_any above 0.5", f"{likely:,}")]
    for catalogue, area, area_from in connection.sql("select name, area_deg2, area_from from match.densities order by catalogue").fetchall():
        lines.append((f"area of {catalogue}", f"{area:.4g} deg2 ({area_from})"))
    if fakes:
        cut = connection.sql(
            "select p_any_cut, selected_share, false_selection_rate from match.cutoff_calibration"
            " where false_selection_rate <= 0.01 order by p_any_cut limit 1"
        ).fetchall()
        lines += [(f"1 % of {fakes:,} fakes pass", f"p_any > {at:.2f}, which {share:.1%} of the primaries pass") for at, share, _ in cut]
    width = max(len(label) for label, _ in lines)
    return "\n" + "\n".join(f"{label:<{width}}  {value}" for label, value in lines)


def explain(variables, source, folder, database, project):
    """Print every association of a source with the factors of its probability, and draw its field."""
    if not database.exists():
        sys.exit(f"{variables['match']['name']} is not built: make match comes first")
    compiled = dbt(
        "compile", "--quiet", "--select", "what_makes_an_association_probable", project=project, database=database,
        variables={**variables, "primary_id": source}, capture_output=True, text=True,
    )
    if compiled.returncode:
        sys.exit(compiled.stdout)
    with duckdb.connect(str(database), read_only=True) as connection:
        try:
            rows = connection.sql(compiled.stdout)
        except duckdb.CatalogException:
            sys.exit(f"{variables['match']['name']} is not built: make match comes first")
        if not len(rows):
            sys.exit(f"{source} is no source of {variables['match']['name']}")
        print(aligned(rows.columns, rows.fetchall()))
        folder.mkdir(parents=True, exist_ok=True)
        figure = association_field(connection, variables["match"], source)
        for path in save_figure(figure, folder, f"field of {source}".replace(" ", "_")):
            print(path)


def aligned(names, rows):
    """Return rows as text in columns, numbers with five digits and what is missing as a dot."""
    cells = [list(names)] + [
        ["." if value is None else f"{value:.5g}" if isinstance(value, float) else str(value) for value in row] for row in rows
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join("  ".join(f"{cell:>{width}}" for cell, width in zip(line, widths, strict=True)) for line in cells)


if __name__ == "__main__":
    main()
