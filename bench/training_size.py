"""What fewer training sources cost MUWCLASS: the classes of the same sources by all of the others,
and by a share of them.

    python -m bench.training_size <database> [--share 0.75 --draws 20 --repeats 4
        --common-flux-error --published <file> --published-sources 2941]

Each source is classified by all others (lynceus.studies.left_out_classes).

The database is a built one with a training set (var muwclass_training), such as that of the
published set. With the paper's own leave-one-out, by forests trained on all of its sources, the
next lines compare all those at hand with it; what its code draws otherwise than its text says
(--common-flux-error) can be tried there. The last lines put forests in place of ours that are
trained on as many sources as the paper's: metrics are taken to grow with the logarithm of the
number of sources, as much as they do from the share to all at hand.
"""

import argparse

import duckdb
import numpy as np

from lynceus.learning.muwclass import column_of, filled
from lynceus.studies.left_out_classes import (
    CLASSES,
    CONFIDENT,
    METRICS,
    averaged,
    class_columns,
    left_out_votes,
    metrics,
    read_trained,
)

MEASURES = (*METRICS, "probability")  # the last: of the true class, the mean over the classes


def main():
    """Print the metrics by a share of the training set and by all, for the same sources; their
    difference, and its deviation over the repeats.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("database")
    parser.add_argument("--share", type=float, default=0.75, help="of the sources of each class")
    parser.add_argument("--draws", type=int, default=20, help="for each source")
    parser.add_argument(
        "--common-flux-error",
        action="store_true",
        help="draw a source's X-ray bands by one number, as the authors' code does",
    )
    parser.add_argument(
        "--repeats",
        type=int,
        default=4,
        help="with other sources in the share; 0 for all sources alone",
    )
    parser.add_argument("--published", help="the paper's leave-one-out (Parquet)")
    parser.add_argument(
        "--published-sources", type=int, default=2941, help="that it was trained on"
    )
    options = parser.parse_args()
    with duckdb.connect(options.database, read_only=True) as connection:
        trained = (
            connection.sql("from classes.muwclass_training").order("csc_name").arrow().read_all()
        )
    by_all = classes_of(trained, options)
    print(f"| subset | trained on | {' | '.join(MEASURES)} |\n{'|---' * (2 + len(MEASURES))}|")
    label = trained["class"].to_numpy(zero_copy_only=False)
    shares = [sampled(label, options.share, repeat) for repeat in range(options.repeats)]
    pairs = [
        (
            measured(classes_of(trained.take(rows), options)),
            measured({name: values[rows] for name, values in by_all.items()}),
        )
        for rows in shares
    ]
    if shares:
        print_rows((f"{options.share:g} of them", "all"), pairs)
    if options.published:
        theirs = (
            duckdb.sql(
                f"select *, name as csc_name, pred_class as class from '{options.published}'"
            )
            .order("csc_name")
            .fetchnumpy()
        )
        _, ours, rows = np.intersect1d(
            by_all["csc_name"].astype(str), theirs["csc_name"].astype(str), return_indices=True
        )
        one, other = (
            measured({name: values[kept] for name, values in table.items()})
            for table, kept in ((by_all, ours), (theirs, rows))
        )
        print_rows(("all at hand", "the paper's"), [(one, other)])
        if shares:
            steps = np.log(options.published_sources / len(trained)) / np.log(1 / options.share)
            gained = [(one + steps * (all_of_them - share), other) for share, all_of_them in pairs]
            print_rows((f"{options.published_sources} sources, expected", "the paper's"), gained)


def classes_of(trained, options):
    ebv = trained["ebv"].to_numpy(zero_copy_only=False)
    names, training, plan = read_trained(
        duckdb.from_arrow(trained),
        draws=options.draws,
        has_common_flux_error=options.common_flux_error,
    )
    votes = left_out_votes(training, ebv, plan)
    return class_columns(names, training, plan, *averaged(votes, plan))


def sampled(label, share, seed):
    """Return the rows of a share of the sources of each class; label (n,): their classes, by name
    or number.
    """
    rng = np.random.default_rng(seed)
    members = (np.flatnonzero(label == name) for name in np.unique(label))
    return np.sort(
        np.concatenate([rng.permutation(rows)[: round(share * len(rows))] for rows in members])
    )


def measured(table):
    """Return MEASURES of classified sources, of all and of the confident ones: (2, measures) array."""
    true, said = (np.asarray(table[name], str) for name in ("true_class", "class"))
    is_confident = filled(table["confidence_threshold"]) >= CONFIDENT
    probability = {
        name: filled(table[f"p_{column_of(name)}"])[true == name]
        for name in CLASSES
        if (true == name).any()
    }
    sure = {name: values[is_confident[true == name]] for name, values in probability.items()}
    return np.array(
        [
            [
                *metrics(true, said, kept).values(),
                np.mean([values.mean() for values in of.values() if len(values)]),
            ]
            for kept, of in ((np.ones(len(true), bool), probability), (is_confident, sure))
        ],
        float,
    )


def print_rows(names, pairs):
    """Print both of pairs of `measured` arrays, named so, the mean over the pairs, and their
    difference with its deviation.
    """
    one, other = (np.array([pair[place] for pair in pairs]) for place in (0, 1))
    for place, subset in enumerate(("all", "confident")):
        for whose, values in zip(names, (one, other)):
            print(
                f"| {subset} | {whose} | {' | '.join(f'{mean:.3f}' for mean in values[:, place].mean(axis=0))} |"
            )
        difference = (one - other)[:, place]
        cells = [f"{mean:+.3f}" for mean in difference.mean(axis=0)]
        if len(pairs) > 1:
            cells = [
                f"{mean} ± {deviation:.3f}"
                for mean, deviation in zip(cells, difference.std(axis=0, ddof=1))
            ]
        print(f"| {subset} | difference | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
