"""What fewer training sources cost MUWCLASS: the classes of the same sources by all of the others, and by a share of them.

    python -m bench.training_size <database> [--parts 20 --draws 250 --repeats 2]

The database is a built one with a training set (var muwclass_training), such as that of the published set.
"""

import argparse

import duckdb
import numpy as np

from outputs.real_classes import CONFIDENT, METRICS, metrics, nearly_left_out_classes
from udfs.muwclass import filled

SHARES = (0.5, 0.75)


def main():
    """Print the metrics by share of the training set, the mean over the repeats, each beside those by all for the same sources."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("database")
    parser.add_argument("--parts", type=int, default=20, help="of a class, one of which is left out at a time")
    parser.add_argument("--draws", type=int, default=250)
    parser.add_argument("--repeats", type=int, default=2)
    options = parser.parse_args()
    with duckdb.connect(options.database, read_only=True) as connection:
        trained = connection.sql("from classes.muwclass_training").order("csc_name").arrow().read_all()
    by_all = classes_of(trained, options)
    print(f"| share | trained on | subset | {' | '.join(METRICS)} |\n{'|---' * (3 + len(METRICS))}|")
    for share in SHARES:
        rows = [compared(trained, by_all, share, repeat, options) for repeat in range(options.repeats)]
        for whose in ("the share", "all"):
            for subset in ("all", "confident"):
                means = (np.mean([row[whose, subset][name] for row in rows]) for name in METRICS)
                print(f"| {share:g} | {whose} | {subset} | {' | '.join(f'{mean:.3f}' for mean in means)} |", flush=True)


def classes_of(trained, options):
    ebv = trained["ebv"].to_numpy(zero_copy_only=False)
    return nearly_left_out_classes(duckdb.from_arrow(trained), ebv, options.parts, draws=options.draws)


def compared(trained, by_all, share, seed, options):
    """Return the metrics of a share of the sources, as many of each class, by the others of that share and by all others."""
    rng = np.random.default_rng(seed)
    label = trained["class"].to_numpy(zero_copy_only=False)
    rows = np.sort(np.concatenate([
        rng.permutation(members)[:round(share * len(members))] for members in (np.flatnonzero(label == name) for name in np.unique(label))
    ]))
    said = {"the share": (classes_of(trained.take(rows), options), np.arange(len(rows))), "all": (by_all, rows)}
    found = {}
    for whose, (predictions, kept) in said.items():
        true, predicted = (np.asarray(predictions[name], str)[kept] for name in ("true_class", "class"))
        is_confident = filled(predictions["confidence_threshold"])[kept] >= CONFIDENT
        found[whose, "all"] = metrics(true, predicted, np.ones(len(kept), bool))
        found[whose, "confident"] = metrics(true, predicted, is_confident)
    return found


if __name__ == "__main__":
    main()
