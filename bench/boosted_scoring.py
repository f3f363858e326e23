"""How long the boosted trees take to score all of Chandra's sources inside SQL.

    python -m bench.boosted_scoring <database> [--sources 270000]

The sources of a built database are repeated to the number asked for; features and trees are those
of the database.
"""

import argparse
import resource
import time
from pathlib import Path

import duckdb

from udfs import boosted


def main():
    """Score, and print rows, seconds and peak memory."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("database", type=Path, help="a built database")
    parser.add_argument("--sources", type=int, default=270_000)
    options = parser.parse_args()
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute(f"attach '{options.database}' as built (read_only)")
        boosted.register(connection, options.database.with_suffix(".models"))
        connection.execute(f"""
            create table sources as
            with targets as (select features from built.classes.boosted_features where role = 'target')
            select features from targets, range({options.sources} // (select count(*) from targets) + 1)
            limit {options.sources}
        """)
        model, trees = connection.sql(
            "select model_file, n_trees from built.classes.boosted_model"
        ).fetchall()[0]
        # compiles
        connection.execute(
            f"select class_probabilities('{model}', features) from sources limit 1"
        ).fetchall()
        wall, cpu = time.perf_counter(), time.process_time()
        connection.execute(
            f"create table scored as select class_probabilities('{model}', features) as p from sources"
        )
        print(
            f"{options.sources:,} rows, {trees:,} trees: {time.perf_counter() - wall:.1f} s wall, {time.process_time() - cpu:.1f} s CPU,"
            f" peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB"
        )


if __name__ == "__main__":
    main()
