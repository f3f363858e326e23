"""Candidates and posteriors, side by side with a plain cell join, astropy and scipy.

    python -m bench.match [--scale 1.0] [--large] [--beside FOLDER]

Every way runs in a process of its own, on the same Parquet files, in one run; its time is from
reading them to the last row, its memory the peak of the process. The checks of the raw tables,
which the others do not have, are done before the clock starts. FOLDER is a checkout of another
commit, whose own models run on the same files.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import numpy as np

from bench.workload import write_workload
from lynceus.inputs.checks import open_raw_tables
from lynceus.settings import PROJECT, default_match

RADIUS_ARCSEC = 15.0
MODELS = {
    "xray_positions": "match",
    "match_sources": "match",
    "primaries": "match",
    "candidates": "match",
}
POSTERIORS = {
    "densities": "match",
    "primary_densities": "match",
    "pair_evidence": "match",
    "counterpart_shares": "match",
    "posteriors": "match",
}
VIEWS = ("match_sources", "pair_evidence")
OURS = "candidates and posteriors"
CARRIED = [
    "ref_epoch",
    "pmra",
    "pmdec",
    "ra_error",
    "dec_error",
    "pmra_error",
    "pmdec_error",
    "phot_g_mean_mag",
]


def main():
    """Run every way on the workload and print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--scale", type=float, default=1.0, help="share of 400,000 X-ray and 5 million Gaia sources"
    )
    parser.add_argument(
        "--large",
        action="store_true",
        help="also 100 million Gaia sources with a 4 GB memory limit",
    )
    parser.add_argument(
        "--beside",
        type=Path,
        help="checkout of another commit, to be measured in turn with this one",
    )
    parser.add_argument(
        "--repeats", type=int, default=3, help="runs of both, of which the quickest counts"
    )
    parser.add_argument("--way", help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    parser.add_argument("--memory", default="2GB", help="DuckDB's memory limit")
    options = parser.parse_args()
    if options.way:
        print(json.dumps(measured(WAYS[options.way], options.folder, options.memory)))
        return
    with tempfile.TemporaryDirectory() as work:
        sizes = {"tenth": 0.1, "whole": 1.0}
        for name, share in sizes.items():
            share *= options.scale
            write_workload(
                f"{work}/{name}", int(400_000 * share), int(5_000_000 * share), int(10_000 * share)
            )
        compile_models(f"{work}/whole", f"{work}/target")
        # these leave our two tables in the database, which the least that a way takes are copied from
        beside = in_turn(options.beside.resolve(), work, options) if options.beside else []
        rows = beside + [
            run(way, f"{work}/whole", work, options.memory)
            for way in WAYS
            if way != OURS or not beside
        ]
        rows.insert(
            0, run(OURS, f"{work}/tenth", work, options.memory, "the same, a tenth of the sky")
        )
        if options.large:
            write_workload(f"{work}/large", 400_000, 100_000_000, 10_000)
            rows.append(
                run(OURS, f"{work}/large", work, "4GB", "the same, 100 million Gaia sources")
            )
        print_table(rows)


def in_turn(other, work, options):
    """Run our models and those of another checkout in turn, on one sky; return the quickest run of
    each.
    """
    environment = {**os.environ, "PYTHONPATH": str(other)}
    folder = f"{work}/whole"
    code = (
        f"from bench.match import compile_models; compile_models({folder!r}, {work + '/other'!r})"
    )
    subprocess.run([sys.executable, "-c", code], cwd=other, env=environment, check=True)
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=other,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    found = {f"the same of commit {commit}": [], OURS: []}
    for _ in range(options.repeats):
        for label, place, target in zip(found, (other, PROJECT), ("other", "target"), strict=True):
            Path(f"{folder}/lynceus.duckdb").unlink(missing_ok=True)
            found[label].append(
                run(OURS, folder, work, options.memory, label, place, f"{work}/{target}")
            )
    quickest = [min(rows, key=lambda row: row["cpu_seconds"]) for rows in found.values()]
    return quickest[::-1]  # ours first


def compile_models(folder, target):
    """Compile the project's models to SQL, with the raw tables of the workload."""
    Path(target).mkdir()
    environment = {
        **os.environ,
        "LYNCEUS_DATA": folder,
        "LYNCEUS_DATABASE": f"{target}/lynceus.duckdb",
        "DBT_TARGET_PATH": target,
        "DBT_PROJECT_DIR": str(PROJECT),
        "DBT_PROFILES_DIR": str(PROJECT),
    }
    subprocess.run(
        [
            *(sys.executable, "-m", "dbt.cli.main", "--quiet", "compile"),
            *("--select", "+posteriors"),
            # no other way makes fakes
            *("--vars", json.dumps({"match": default_match(fakes=0)})),
        ],
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def run(way, folder, work, memory, label=None, place=PROJECT, target=None):
    command = [
        sys.executable,
        "-m",
        "bench.match",
        "--way",
        way,
        "--folder",
        folder,
        "--memory",
        memory,
    ]
    environment = {
        **os.environ,
        "BENCH_TARGET": target or f"{work}/target",
        "PYTHONPATH": str(place),
    }
    done = subprocess.run(
        command, env=environment, cwd=place, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{way} failed:\n{done.stderr}")
    return {"way": label or way, **json.loads(done.stdout.splitlines()[-1])}


def measured(way, folder, memory):
    prepared = database(folder, memory) if way in (with_posteriors, candidates_alone) else folder
    start, cpu = time.perf_counter(), time.process_time()
    rows = way(prepared, memory)
    return {
        "rows": rows,
        "seconds": time.perf_counter() - start,
        "cpu_seconds": time.process_time() - cpu,
        "peak_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
    }


def compiled(name):
    path = next(Path(os.environ["BENCH_TARGET"]).glob(f"compiled/lynceus/models/**/{name}.sql"))
    return path.read_text()


def database(folder, memory):
    """Return a DuckDB database on disk over the raw tables, with the staging views, as dbt makes
    it.
    """
    connection = duckdb.connect(
        f"{folder}/lynceus.duckdb", config={"memory_limit": memory, "threads": 2}
    )
    open_raw_tables(connection, folder)
    # no MOC lies beside the workload
    connection.execute("create or replace macro moc_area_deg2(coverage) as null::double")
    connection.execute(
        "create schema if not exists staging; create schema if not exists sources; create schema if not exists match"
    )
    for path in Path(os.environ["BENCH_TARGET"]).glob("compiled/lynceus/models/staging/*/*.sql"):
        connection.execute(f"create or replace view staging.{path.stem} as {path.read_text()}")
    return connection


def with_posteriors(connection, memory):
    build(connection, MODELS | POSTERIORS)
    return connection.execute("select count(*) from match.posteriors where ncat = 2").fetchall()[0][
        0
    ]


def candidates_alone(connection, memory):
    build(connection, MODELS)
    return connection.execute("select count(*) from match.candidates").fetchall()[0][0]


def build(connection, models):
    for name, schema in models.items():
        kind = "view" if name in VIEWS else "table"
        connection.execute(f"create or replace {kind} {schema}.{name} as {compiled(name)}")


def pairs_query(folder, columns=()):
    """The least that a match takes: 30 arcsec cells, their neighbours, a distance; no poles, no RA
    0, no motion.
    """
    carried = "".join(f", {column}" for column in columns)
    cells = "floor(dec * 120)::int as zone, floor(ra * cos(radians(floor(dec * 120) / 120)) * 120)::int as bin"
    distance = (
        "pow(sin(radians(g.dec - x.dec) / 2), 2)"
        " + cos(radians(x.dec)) * cos(radians(g.dec)) * pow(sin(radians(g.ra - x.ra) / 2), 2)"
    )
    return f"""
        with zones as (select name, ra, dec, floor(dec * 120)::int + unnest([-1, 0, 1]) as zone from '{folder}/csc_master.parquet'),
        x as (select *, floor(ra * cos(radians(zone / 120)) * 120)::int + unnest([-1, 0, 1]) as bin from zones),
        g as (select source_id, ra, dec{carried}, {cells} from '{folder}/gaia_source.parquet')
        select name, source_id{carried}, 7200 * degrees(asin(sqrt({distance}))) as separation
        from x inner join g using (zone, bin) where separation <= {RADIUS_ARCSEC}
    """


def plain_cell_join(folder, memory, columns=()):
    connection = duckdb.connect(
        f"{folder}/plain.duckdb", config={"memory_limit": memory, "threads": 2}
    )
    connection.execute(f"create or replace table pairs as {pairs_query(folder, columns)}")
    return connection.execute("select count(*) from pairs").fetchall()[0][0]


def plain_wide_join(folder, memory):
    """The plain join with the Gaia columns that probabilities and motion need, read and written for
    every pair.
    """
    return plain_cell_join(folder, memory, CARRIED)


def least(
    folder,
    memory,
    database="lynceus.duckdb",
    tables=("match.candidates", "match.posteriors"),
    columns=CARRIED,
):
    """What no way to the same tables is spared: the plain join, not written, and the tables
    written, copied from those that are there.
    """
    connection = duckdb.connect(
        f"{folder}/{database}", config={"memory_limit": memory, "threads": 2}
    )
    largest = ", ".join(
        f"max({column})" for column in ["name", "source_id", "separation", *columns]
    )
    rows = connection.execute(
        f"select count(*), {largest} from ({pairs_query(folder, columns)})"
    ).fetchall()[0][0]
    for table in tables:
        connection.execute(f"create or replace table {table}_again as from {table}")
    return rows


def astropy_search(folder, memory):
    import astropy.units as u
    from astropy.coordinates import SkyCoord, search_around_sky

    xray, gaia = (
        SkyCoord(*positions(folder, table), unit="deg") for table in ("csc_master", "gaia_source")
    )
    return len(search_around_sky(xray, gaia, RADIUS_ARCSEC * u.arcsec)[0])


def scipy_tree(folder, memory):
    from scipy.spatial import cKDTree

    xray, gaia = (
        unit_vectors(*positions(folder, table)) for table in ("csc_master", "gaia_source")
    )
    chord = 2 * np.sin(np.radians(RADIUS_ARCSEC / 3600) / 2)
    found = cKDTree(xray).sparse_distance_matrix(cKDTree(gaia), chord, output_type="ndarray")
    return len(found)


def positions(folder, table):
    found = duckdb.sql(f"select ra, dec from '{folder}/{table}.parquet'").fetchnumpy()
    return np.asarray(found["ra"]), np.asarray(found["dec"])


def unit_vectors(ra, dec):
    ra, dec = np.radians(ra), np.radians(dec)
    return np.stack([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)], axis=1)


WAYS = {
    OURS: with_posteriors,
    "candidates alone": candidates_alone,
    "plain cell join": plain_cell_join,
    "plain cell join, all columns": plain_wide_join,
    "the same unwritten, then our two tables copied": least,
    "astropy search_around_sky": astropy_search,
    "scipy cKDTree": scipy_tree,
}


def print_table(rows):
    ours = next(row for row in rows if row["way"] == OURS)
    print(f"{'':46} {'pairs':>10} {'wall s':>7} {'CPU s':>7} {'peak GB':>8} {'ours / this':>12}")
    for row in rows:
        print(
            f"{row['way']:46} {row['rows']:>10,} {row['seconds']:>7.1f} {row['cpu_seconds']:>7.1f} {row['peak_gb']:>8.2f}"
            f" {ours['seconds'] / row['seconds']:>12.2f}"
        )


if __name__ == "__main__":
    main()
