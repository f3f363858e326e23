"""A million entries of catalogues made into objects: SQL for the pairs and scipy for the chains,
beside a plain union-find row by row.

    python -m bench.deduplicate [--entries 1000000] [--plain 1000000]

Entries lie at random on the sky, a tenth of them again within arcseconds of another, and one in
twenty under another's name. The plain way is a k-d tree for pairs and a Python loop to unite them.
"""

import argparse
import contextlib
import io
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from dbt.cli.main import dbtRunner
from scipy.spatial import cKDTree

from lynceus.inputs.simulated.geometry import ARCSEC, shifted, unit_vectors
from lynceus.settings import PROJECT
from udfs.groups import register


def main():
    """Draw, measure, compare and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--entries", type=int, default=1_000_000, help="entries to deduplicate")
    parser.add_argument("--plain", type=int, default=1_000_000, help="entries for the plain way")
    options = parser.parse_args()
    query = compiled_groups()
    seconds, groups = deduplicated(drawn(options.entries), query)
    print(
        f"{options.entries:,} entries: {len(np.unique(groups)):,} objects in {seconds:.1f} s, {options.entries / seconds:,.0f} entries/s, "
        f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GB"
    )
    few = drawn(options.plain)
    ours, groups = deduplicated(few, query)
    start = time.perf_counter()
    expected = plain(few)
    theirs = time.perf_counter() - start
    print(
        f"{options.plain:,} entries: {ours:.2f} s, plain union-find {theirs:.2f} s, ratio {theirs / ours:.1f}, "
        f"{'the same' if np.array_equal(groups, expected) else 'DIFFERENT'} {len(np.unique(groups)):,} objects"
    )


def compiled_groups():
    """Return the query of model xclass_groups over a table `entries`."""
    with tempfile.TemporaryDirectory() as work:
        arguments = [
            "--quiet",
            "compile",
            "--select",
            "xclass_groups",
            "xclass_entries",
            "--project-dir",
            str(PROJECT),
            "--profiles-dir",
            str(PROJECT),
            "--target-path",
            work,
            "--log-path",
            work,
        ]
        os.environ |= {
            "LYNCEUS_DATA": "none",
            "LYNCEUS_DATABASE": str(Path(work) / "lynceus.duckdb"),
        }
        with contextlib.redirect_stdout(io.StringIO()):
            result = dbtRunner().invoke(arguments)
        if not result.success:
            sys.exit(str(result.exception))
        text = next(Path(work).rglob("compiled/**/xclass_groups.sql")).read_text()
    return text.replace('"lynceus"."classes"."xclass_entries"', "entries")


def drawn(number, seed=1):
    """Return entries in the columns of model xclass_entries."""
    rng = np.random.default_rng(seed)
    again = number // 10
    ra, dec = rng.uniform(0, 360, number), np.degrees(np.arcsin(rng.uniform(-1, 1, number)))
    ra[-again:], dec[-again:] = shifted(ra[:again], dec[:again], *rng.normal(0, 2, (2, again)))
    name = np.array([f"n{i}" for i in range(number)], dtype=object)
    name[-again:] = np.where(rng.random(again) < 0.5, name[:again], name[-again:])
    name[rng.random(number) < 0.1] = None
    return pa.table(
        {
            "entry_id": np.arange(number),
            "class": pa.array(["LM-STAR"] * number),
            "normalised_name": pa.array(name, pa.string()),
            "ra": ra,
            "dec": dec,
            "not_used_because": pa.nulls(number, pa.string()),
        }
    )


def deduplicated(entries, query):
    """Return seconds and the group of each entry."""
    connection = duckdb.connect()
    register(connection)
    connection.register("given", entries)
    connection.execute("create table entries as from given")
    start = time.perf_counter()
    groups = connection.sql(query).order("entry_id").fetchnumpy()["object_id"]
    return time.perf_counter() - start, groups


def plain(entries):
    """Return the group of each entry by a union-find in Python."""
    place = unit_vectors(entries["ra"].to_numpy(), entries["dec"].to_numpy())
    names, parent = entries["normalised_name"].to_pylist(), list(range(len(place)))

    def root(i):
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    def unite(a, b):
        a, b = root(a), root(b)
        parent[max(a, b)] = min(a, b)

    first = {}
    for i, name in enumerate(names):
        if name is not None:
            unite(i, first.setdefault(name, i))
    for a, b in cKDTree(place).query_pairs(2 * np.sin(5 / ARCSEC / 2)):
        apart = 2 * np.arcsin(np.linalg.norm(place[a] - place[b]) / 2) * ARCSEC
        if names[a] is None or names[b] is None or names[a] == names[b] or apart <= 1:
            unite(a, b)
    return np.array([root(i) for i in range(len(place))])


if __name__ == "__main__":
    main()
