"""`make match` and `make explain`: build a match of any catalogues from its YAML entry, and show what came out.

    python -m outputs.match matches/<name>.yml
    python -m outputs.match matches/<name>.yml --explain <id>

The tables lie in the database, in a schema of the match's name; `releases/matches/<name>/` gets them as Parquet, FITS and
VOTable, and the figures.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import yaml

from outputs.figures import save_figure
from outputs.figures_matching import association_field, cutoff_calibration, prior_histograms
from outputs.fits import write_fits
from outputs.matching_tables import match_tables
from outputs.parquet import write_parquet
from outputs.votable import write_votable
from udfs.plugin import PROJECT, database_path

def main():
    """Build the match, or explain one source of a match that is built."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("match", type=Path, help="YAML file with the key `match`")
    parser.add_argument("--explain", metavar="ID", help="id of a source of the first catalogue")
    options = parser.parse_args()
    variables = yaml.safe_load(options.match.read_text())
    folder = Path(os.environ.get("LYNCEUS_RELEASES") or PROJECT / "releases") / "matches" / str(variables["match"]["name"])
    if options.explain:
        explain(variables, options.explain, folder)
        return
    if dbt("build", "--select", "+path:models/matching", variables=variables).returncode:
        sys.exit("dbt build failed")
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(database_path()), read_only=True) as connection:
        print(publish(connection, variables["match"], folder))
    print(f"\nDatabase: {database_path()}\nFiles:    {folder}")


def dbt(command, *arguments, variables, **options):
    """Run dbt on the project; return the finished process."""
    environment = {**os.environ, "DBT_PROJECT_DIR": str(PROJECT), "DBT_PROFILES_DIR": str(PROJECT)}
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "dbt.cli.main", command, *arguments, "--vars", json.dumps(variables)],
        cwd=PROJECT, env=environment, check=False, **options,
    )


def publish(connection, match, folder):
    """Write tables and figures of a built match into a folder; return a short table of what came out."""
    name = match["name"]
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


def explain(variables, source, folder):
    """Print every association of a source with the factors of its probability, and draw its field."""
    compiled = dbt(
        "compile", "--quiet", "--select", "what_makes_an_association_probable",
        variables={**variables, "primary_id": source}, capture_output=True, text=True,
    )
    if compiled.returncode:
        sys.exit(compiled.stdout)
    with duckdb.connect(str(database_path()), read_only=True) as connection:
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
