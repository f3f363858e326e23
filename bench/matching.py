"""The match of any catalogues (var match), side by side with a plain cell join and with NWAY.

    python -m bench.matching [--scale 1.0] [--large]

Every way runs in a process of its own, in one run; its time is from reading the files to the last
row, its memory the peak of the process. Ours are the compiled models in dbt's order; the checks of
the tables, which dbt does while it compiles, and dbt's own start come before the clock. NWAY is
installed into an environment of its own for the run, which LYNCEUS_NWAY can name if it is there
already.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import venv
from functools import partial
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench.match import (
    PROJECT,
    RADIUS_ARCSEC,
    compiled,
    least,
    plain_cell_join,
    plain_wide_join,
    positions,
)
from bench.workload import POINTING_RADIUS_DEG, around, write_workload
from lynceus.commands.match_project import match_project
from udfs import associations

NWAY = "nway==4.8.0"
NWAY_SECONDS = 1800
COMPLETENESS = 0.9
SIGMAS_95 = 2.4477468  # a 95 % radius in sigmas of a two-dimensional Gaussian
# what share of the Gaia sources the third and fourth catalogue have again
COPIES = {"infrared": 1 / 3, "radio": 1 / 3}
COPY_RADIUS_ARCSEC = 0.5
LEAST = "the same unwritten, then our table of associations copied"


def main():
    """Run every way on the workload; print one table of all and one of the models of ours."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--scale",
        type=float,
        default=1.0,
        help="share of 400,000 primaries and 5 million secondaries",
    )
    parser.add_argument(
        "--large", action="store_true", help="also 100 million secondaries with a 4 GB memory limit"
    )
    parser.add_argument("--only-large", action="store_true", help="nothing else")
    parser.add_argument("--memory", default="2GB", help="DuckDB's memory limit")
    parser.add_argument("--way", help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way:
        print(json.dumps(measured(WAYS[options.way], options.folder, options.memory)))
        return
    with tempfile.TemporaryDirectory() as work:
        rows = [] if options.only_large else run_all(work, options.scale, options.memory)
        if options.large or options.only_large:
            write_workload(f"{work}/large", 400_000, 100_000_000, 10_000)
            rows.append(
                ours("100 million secondaries, limit 4 GB", f"{work}/large", work, "4GB", 2, 10_000)
            )
        print_ways(rows)
        print_models(rows)


def run_all(work, scale, memory):
    """Return one row per way, on the whole sky and on a quarter of it."""
    pointings, quarter = int(10_000 * scale), int(2_500 * scale)
    write_workload(f"{work}/whole", int(400_000 * scale), int(5_000_000 * scale), pointings)
    write_workload(f"{work}/quarter", int(100_000 * scale), int(1_250_000 * scale), quarter)
    for number, (name, share) in enumerate(COPIES.items()):
        write_copy(f"{work}/quarter", name, share, seed=2 + number)
    rows = [
        ours("two catalogues", f"{work}/whole", work, memory, 2, pointings),
        run("plain cell join", f"{work}/whole", work, memory),
        run(LEAST, f"{work}/whole", work, memory),
        run("plain cell join, all columns", f"{work}/whole", work, memory),
        ours(
            "two catalogues, proper motions",
            f"{work}/whole",
            work,
            memory,
            2,
            pointings,
            moving=True,
        ),
        ours("a quarter: two catalogues", f"{work}/quarter", work, memory, 2, quarter),
        run(LEAST, f"{work}/quarter", work, memory, f"a quarter: {LEAST}"),
        ours("a quarter: three catalogues", f"{work}/quarter", work, memory, 3, quarter),
        ours("a quarter: four catalogues", f"{work}/quarter", work, memory, 4, quarter),
    ]
    program = nway_program(work)
    if program:
        write_fits(f"{work}/quarter", quarter)
        for label, way in (
            ("a quarter: NWAY 4.8, two catalogues", "nway"),
            ("a quarter: NWAY 4.8, circular errors", "nway circular"),
        ):
            row = run(way, f"{work}/quarter", work, memory, label, {"BENCH_NWAY": str(program)})
            rows += [row] if row else []
    return rows


def write_copy(folder, name, share, seed):
    """Write a catalogue that has a share of the Gaia sources again, each scattered within half an
    arcsecond.
    """
    rng = np.random.default_rng(seed)
    gaia = np.stack(positions(folder, "gaia_source"))
    kept = np.flatnonzero(rng.random(gaia.shape[1]) < share)
    ra, dec = around(rng, gaia, kept, COPY_RADIUS_ARCSEC / 3600)
    pq.write_table(
        pa.table({"id": np.arange(len(kept)), "ra": ra, "dec": dec}), f"{folder}/{name}.parquet"
    )


def match_of(folder, catalogues, pointings, moving):
    """Return the settings of the match, with one density per catalogue as NWAY has: Chandra's 95 %
    ellipses, Gaia's sigmas in mas, circles for the copies.
    """
    area = pointings * np.pi * POINTING_RADIUS_DEG**2
    gaia = {
        "name": "gaia",
        "table": f"{folder}/gaia_source.parquet",
        "id": "source_id",
        "ra": "ra",
        "dec": "dec",
        "area_deg2": area,
        "error": {"kind": "sigma_ra_dec", "columns": ["ra_error", "dec_error"], "unit": "mas"},
    }
    xray = {
        "name": "xray",
        "table": f"{folder}/csc_master.parquet",
        "id": "name",
        "ra": "ra",
        "dec": "dec",
        "error": {
            "kind": "ellipse",
            "columns": ["err_ellipse_r0", "err_ellipse_r1", "err_ellipse_ang"],
            "level": "95 %",
        },
    }
    if moving:
        gaia |= {"epoch": "ref_epoch", "pmra": "pmra", "pmdec": "pmdec"}
        xray |= {"epoch": 2008.0}
    copies = [
        {
            "name": name,
            "table": f"{folder}/{name}.parquet",
            "id": "id",
            "ra": "ra",
            "dec": "dec",
            "area_deg2": area,
            "error": {"kind": "circular", "value": 0.25},
        }
        for name in COPIES
    ]
    return {
        "name": "bench",
        "radius_arcsec": RADIUS_ARCSEC,
        "completeness": COMPLETENESS,
        "density": "global",
        "catalogues": [xray, gaia, *copies][:catalogues],
    }


def ours(label, folder, work, memory, catalogues, pointings, moving=False):
    """Compile the models for the match, and run them in dbt's order."""
    target = Path(work) / "targets" / label.replace(" ", "_").replace(":", "").replace(",", "")
    target.mkdir(parents=True)
    match = match_of(folder, catalogues, pointings, moving)
    environment = {
        **os.environ,
        "LYNCEUS_DATA": "none",
        "LYNCEUS_DATABASE": f"{target}/lynceus.duckdb",
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": f"{target}/logs",
        "DBT_PROJECT_DIR": str(match_project(match, target / "project")),
        "DBT_PROFILES_DIR": str(PROJECT),
    }
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "dbt.cli.main",
        "--quiet",
        "compile",
        "--vars",
        json.dumps({"match": match}),
    ]
    start = time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    return {
        **run("ours", folder, work, memory, f"**{label}**", {"BENCH_TARGET": str(target)}),
        "compile_seconds": seconds,
    }


def in_order(target):
    """Return the compiled matching models and how each is stored, each after those it reads."""
    nodes = json.loads((Path(target) / "manifest.json").read_text())["nodes"]
    models = {
        key: node
        for key, node in nodes.items()
        if node["resource_type"] == "model" and node["fqn"][1] == "match"
    }
    done = []
    while len(done) < len(models):
        done += [
            key
            for key in sorted(models)
            if key not in done
            and all(
                parent in done for parent in models[key]["depends_on"]["nodes"] if parent in models
            )
        ]
    return [(models[key]["name"], models[key]["config"]["materialized"]) for key in done]


def run(way, folder, work, memory, label=None, variables=None):
    command = [
        sys.executable,
        "-m",
        "bench.matching",
        "--way",
        way,
        "--folder",
        folder,
        "--memory",
        memory,
    ]
    done = subprocess.run(
        command,
        env={**os.environ, **(variables or {})},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode and way.startswith("nway"):
        print(
            f"{label}: did not finish: {(done.stderr.strip().splitlines() or ['killed'])[-1]}",
            flush=True,
        )
        return None
    if done.returncode:
        sys.exit(f"{way} failed:\n{done.stderr}")
    return {"way": label or way, **json.loads(done.stdout.splitlines()[-1])}


def measured(way, folder, memory):
    usage = resource.RUSAGE_CHILDREN if way in (nway, nway_circular) else resource.RUSAGE_SELF
    start, before = time.perf_counter(), resource.getrusage(usage)
    rows = way(folder, memory)
    seconds = time.perf_counter() - start
    rows, models = rows if isinstance(rows, tuple) else (rows, None)
    used = resource.getrusage(usage)
    return {
        "rows": rows,
        "seconds": seconds,
        "cpu_seconds": used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime,
        "peak_gb": used.ru_maxrss / 2**20,
        "models": models,
    }


def with_models(folder, memory):
    """Run the models; return the number of associations, and of every model its seconds and rows."""
    target = os.environ["BENCH_TARGET"]
    Path(f"{folder}/ours").mkdir(exist_ok=True)
    Path(f"{folder}/ours/lynceus.duckdb").unlink(missing_ok=True)
    connection = duckdb.connect(
        f"{folder}/ours/lynceus.duckdb", config={"memory_limit": memory, "threads": 2}
    )
    associations.register(connection)
    connection.execute("create schema match")
    models = {}
    for name, stored in in_order(target):
        start = time.perf_counter()
        connection.execute(
            f"create {stored if stored in ('table', 'view') else 'table'} match.{name} as {compiled(name)}"
        )
        seconds = time.perf_counter() - start
        models[name] = [
            seconds,
            connection.execute(f"select count(*) from match.{name}").fetchall()[0][0],
        ]
    return models["posteriors"][1], models


def nway_program(work):
    """Return the path of nway.py, installed for this run; None, saying why, if that does not work."""
    folder = Path(os.environ.get("LYNCEUS_NWAY") or f"{work}/nway")
    program = folder / "bin" / "nway.py"
    try:
        if not program.exists():
            venv.create(folder, with_pip=True)
            subprocess.run(
                [folder / "bin" / "pip", "install", "--quiet", NWAY],
                check=True,
                capture_output=True,
                text=True,
            )
    except (OSError, subprocess.CalledProcessError) as error:
        print(
            f"NWAY is left out, {NWAY} does not install: {(getattr(error, 'stderr', '') or str(error)).strip().splitlines()[-1]}"
        )
        return None
    return program


def write_fits(folder, pointings):
    """Write the two catalogues as NWAY reads them: ID, RA, DEC, 1-sigma errors in arcsec, and
    SKYAREA in the header.
    """
    from astropy.io import fits

    area = pointings * np.pi * POINTING_RADIUS_DEG**2
    tables = {
        "xray": duckdb.sql(f"""
            select row_number() over () as "ID", ra as "RA", dec as "DEC", err_ellipse_r0 / {SIGMAS_95} as errmaj, err_ellipse_r1 / {SIGMAS_95} as errmin,
                err_ellipse_ang as pa, sqrt((pow(errmaj, 2) + pow(errmin, 2)) / 2) as pos_err
            from '{folder}/csc_master.parquet'
        """),
        "gaia": duckdb.sql(
            f"""select source_id as "ID", ra as "RA", dec as "DEC", ra_error / 1000 as pos_err from '{folder}/gaia_source.parquet'"""
        ),
    }
    for name, rows in tables.items():
        table = fits.table_to_hdu(_table(rows.fetchnumpy()))
        table.header["EXTNAME"], table.header["SKYAREA"] = name.upper(), area
        table.writeto(f"{folder}/{name}.fits", overwrite=True)


def _table(columns):
    from astropy.table import Table

    return Table({name: np.asarray(values) for name, values in columns.items()})


def nway(folder, memory, error=":errmaj:errmin:pa"):
    """Run nway.py on the FITS files; return the number of rows it writes."""
    from astropy.io import fits

    program, out = Path(os.environ["BENCH_NWAY"]), f"{folder}/nway.fits"
    command = [
        program.parent / "python",
        program,
        "xray.fits",
        error,
        "gaia.fits",
        ":pos_err",
        f"--out={out}",
        "--radius",
        str(RADIUS_ARCSEC),
        "--prior-completeness",
        str(COMPLETENESS),
    ]
    done = subprocess.run(
        command, cwd=folder, timeout=NWAY_SECONDS, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"nway.py ended with {done.returncode} {done.stderr.strip()[-300:]}")
    return fits.getheader(out, 1)["NAXIS2"]


def nway_circular(folder, memory):
    """The same with one sigma per X-ray source, which is less work for NWAY."""
    return nway(folder, memory, ":pos_err")


WAYS = {
    "ours": with_models,
    "plain cell join": plain_cell_join,
    LEAST: partial(least, database="ours/lynceus.duckdb", tables=["match.posteriors"], columns=()),
    "plain cell join, all columns": plain_wide_join,
    "nway": nway,
    "nway circular": nway_circular,
}


def print_ways(rows):
    """One line per way, with the rates of ours on the same sky over its own: by the clock, and by
    CPU time.
    """
    print(
        "| | rows | wall s | CPU s | peak GB | rows per s | ours / this | by CPU |\n|---|---|---|---|---|---|---|---|"
    )
    reference = {}
    for row in rows:
        rates = row["rows"] / row["seconds"], row["rows"] / row["cpu_seconds"]
        ours_here = reference.setdefault(row["way"].strip("*").startswith("a quarter"), rates)
        print(
            f"| {row['way']} | {row['rows']:,} | {row['seconds']:.1f} | {row['cpu_seconds']:.1f} | {row['peak_gb']:.2f}"
            f" | {rates[0]:,.0f} | {ours_here[0] / rates[0]:.2f} | {ours_here[1] / rates[1]:.2f} |"
        )


def print_models(rows):
    """One line per model of ours, one column per match: seconds, and million rows."""
    rows = [row for row in rows if row.get("models")]
    names = list(dict.fromkeys(name for row in rows for name in row["models"]))
    print(
        f"\n| s (million rows) | {' | '.join(row['way'].strip('*') for row in rows)} |\n|{'---|' * (len(rows) + 1)}"
    )
    for name in sorted(names, key=lambda name: -rows[0]["models"][name][0]):
        print(
            f"| {name} | {' | '.join('{:.2f} ({:.2f})'.format(row['models'][name][0], row['models'][name][1] / 1e6) for row in rows)} |"
        )
    before = " | ".join("{:.1f}".format(row["compile_seconds"]) for row in rows)
    print(f"| before the clock: dbt's start, compilation and checks | {before} |")


if __name__ == "__main__":
    main()
