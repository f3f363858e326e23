"""How long the cumulative cross-validation of the boosted trees takes (Kumaran et al. 2023, section
3.5: 20 folds, 15 repeats), and what it says.

    python -m bench.boosted_validation <database> [--folds 20 --repeats 15]

The database is a built one with a training set (model boosted_features), such as
that of the published table.
"""

import argparse
import time

import duckdb
import numpy as np
from sklearn.metrics import f1_score, matthews_corrcoef

from lynceus.learning.boosted_trees import calibrated
from lynceus.learning.boosted_validation import held_out, read_training, scheme_folds
from lynceus.settings import available_threads, project_vars

VARS = project_vars()

CROSS_VALIDATED = (
    ("boosted", VARS["boosted_features"]),
    ("kumaran", "published"),
    ("kumaran", "without_place"),
)


def main():
    """Print one line per classifier and scheme: seconds of all repeats, scores with their deviation
    over the repeats.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("database")
    parser.add_argument("--folds", type=int, default=20)
    parser.add_argument("--repeats", type=int, default=15)
    options = parser.parse_args()
    names = list(VARS["classifiers"]["boosted"]["classes"])
    print(
        f"| classifier | features | held out | wall s | CPU s | weighted F1 | macro F1 | MCC | {' | '.join(names)} |\n{'|---' * (8 + len(names))}|"
    )
    with duckdb.connect(options.database, read_only=True) as connection:
        for classifier, features in CROSS_VALIDATED:
            training = read_training(
                connection.table("classes.boosted_features"),
                features,
                names,
            )
            for scheme in ("random", "field"):
                wall, cpu = time.perf_counter(), time.process_time()
                scores = np.array(
                    [
                        scored(classifier, training, scheme, options.folds, repeat)
                        for repeat in range(1, options.repeats + 1)
                    ]
                )
                wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
                cells = (
                    f"{mean:.3f} ± {deviation:.3f}"
                    for mean, deviation in zip(scores.mean(axis=0), scores.std(axis=0))
                )
                print(
                    f"| {classifier} | {features} | {scheme} | {wall:.0f} | {cpu:.0f} | {' | '.join(cells)} |",
                    flush=True,
                )


def scored(classifier, training, scheme, folds, repeat):
    """Return weighted F1, macro F1, MCC and the F1 of each class of one repeat."""
    fold = scheme_folds(training, folds, repeat)[scheme]
    settings = {
        name: VARS[f"boosted_{name}"] for name in ("members", "rounds", "class_weight_power")
    }
    raw = held_out(
        classifier,
        training,
        fold,
        settings,
        VARS["boosted_parameters"],
        repeat,
        available_threads(),
    )
    said = (calibrated(raw, training.label, fold) if classifier == "boosted" else raw).argmax(
        axis=1
    )
    by_class = f1_score(
        training.label, said, average=None, labels=range(len(training.classes)), zero_division=0
    )
    return [
        f1_score(training.label, said, average="weighted"),
        by_class.mean(),
        matthews_corrcoef(training.label, said),
        *by_class,
    ]


if __name__ == "__main__":
    main()
