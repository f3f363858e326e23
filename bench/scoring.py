"""The score inside SQL beside one call of LightGBM's own, multi-threaded, on the same rows.

    python -m bench.scoring [--rows 2400000]

Both are timed from a table in memory to the last score: SQL from columns of DuckDB, LightGBM from a
NumPy matrix.
"""

import argparse
import tempfile
import time

import duckdb
import numpy as np
import pyarrow as pa

from lynceus.learning.lightgbm_files import save_model
from lynceus.learning.match_training import PRESETS, fit
from udfs import boosted

FEATURES = 32
THREADS = 2


def main():
    """Score the rows both ways with a quick and a published-size model, and print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=2_400_000, help="candidates")
    options = parser.parse_args()
    print(
        f"{'model':34} {'rows':>10} {'SQL s':>7} {'LightGBM s':>11} {'SQL / LightGBM':>15} {'equal bits':>11}"
    )
    for preset, rows in (("quick", options.rows), ("paper", options.rows // 12)):
        booster = model(preset)
        values = matrix(np.random.default_rng(2), rows)
        with tempfile.TemporaryDirectory() as folder:
            ours, sql_seconds = in_sql(booster, values, folder)
        start = time.perf_counter()
        theirs = booster.predict(values, num_threads=THREADS)
        seconds = time.perf_counter() - start
        leaves = PRESETS[preset]["num_leaves"]
        print(
            f"{f'{preset}: {booster.num_trees()} trees of {leaves} leaves':34} {rows:>10,} {sql_seconds:>7.1f} {seconds:>11.1f}"
            f" {sql_seconds / seconds:>15.2f} {'yes' if np.array_equal(ours, theirs) else 'NO':>11}",
            flush=True,
        )


def matrix(rng, rows):
    """Return (rows, 32) values, a tenth missing, four of the columns categories."""
    values = rng.normal(size=(rows, FEATURES))
    values[:, -4:] = rng.integers(0, 8, (rows, 4))
    values[rng.random(values.shape) < 0.1] = np.nan
    return values


def model(preset):
    """Return a model of the preset's size, trained on 40,000 rows without early stopping."""
    rng = np.random.default_rng(1)
    values = matrix(rng, 40_000)
    labels = np.nan_to_num(values[:, :8]).sum(axis=1) + rng.normal(0, 2, len(values)) > 3
    features = [
        {"name": f"f{i}", "kind": "category" if i >= FEATURES - 4 else "number"}
        for i in range(FEATURES)
    ]
    return fit(values, labels, features, PRESETS[preset])


def in_sql(booster, values, folder):
    """Return the scores of rows in a DuckDB table, and the seconds it took."""
    connection = duckdb.connect(config={"threads": THREADS})
    boosted.register(connection, folder)
    name = save_model(booster, folder, "bench")
    names = [f"f{i}" for i in range(values.shape[1])]
    connection.register(
        "arrow_rows",
        pa.table(
            {
                "id": np.arange(len(values)),
                **{n: pa.array(values[:, i], from_pandas=True) for i, n in enumerate(names)},
            }
        ),
    )
    connection.execute("create table rows as select * from arrow_rows")
    score = f"boosted_score('{name}', [{', '.join(names)}])"
    # compiles and reads the model
    connection.execute(f"select {score} from rows limit 10").fetchall()
    start = time.perf_counter()
    connection.execute(f"create table scores as select id, {score} as score from rows")
    seconds = time.perf_counter() - start
    return connection.execute("select score from scores order by id").fetchnumpy()["score"], seconds


if __name__ == "__main__":
    main()
